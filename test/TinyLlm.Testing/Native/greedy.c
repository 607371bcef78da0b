// Generates greedily through llama.h v0.4.0 without any of our code: for the ARM64 tests, and for benchmarks to compare with.
// Arguments: MODEL BACKENDS CONTEXT THREADS EXACT ROUNDS COUNT PROMPT-TOKEN...
// Prints each token of the last round with its logit, then the seconds of each round's COUNT - 1 single-token decodes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Only the members that are set here, at the offsets that AbiTests states; the rest keeps its default.
typedef struct { uint32_t start[6]; int32_t load_mode; uint32_t rest[13]; } model_params; // 80 bytes
typedef struct {
    uint32_t n_ctx, n_batch, n_ubatch, skipped1[4]; int32_t n_threads, n_threads_batch; uint32_t skipped2[4]; int32_t flash_attention;
    uint32_t skipped3[8]; void *callback[2]; uint32_t type_k, type_v; void *rest[6];
} context_params; // 160 bytes
typedef struct { int32_t n_tokens; int32_t *token; float *embd; int32_t *pos, *n_seq_id, **seq_id; int8_t *logits; } batch; // 56 bytes
_Static_assert(sizeof(model_params) == 80 && sizeof(context_params) == 160 && sizeof(batch) == 56, "llama.h's sizes");

extern void llama_log_set(void (*callback)(int, const char *, void *), void *data), ggml_backend_load_all_from_path(const char *folder);
extern model_params llama_model_default_params(void);
extern context_params llama_context_default_params(void);
extern void *llama_model_load_from_file(const char *path, model_params params), *llama_init_from_model(void *model, context_params params);
extern void *llama_get_memory(void *context), llama_memory_clear(void *memory, _Bool data), llama_free(void *context), llama_model_free(void *model);
extern const void *llama_model_get_vocab(const void *model);
extern int32_t llama_vocab_n_tokens(const void *vocabulary), llama_decode(void *context, batch tokens);
extern float *llama_get_logits_ith(void *context, int32_t index);
extern batch llama_batch_get_one(int32_t *tokens, int32_t count);

static void only_errors(int level, const char *text, void *data) { (void)data; if (level == 4) fputs(text, stderr); }

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec * 1e-9; }

static int fail(const char *what) { fprintf(stderr, "%s failed\n", what); return 1; }

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments < 9) return fail("reading 8 arguments");
    const int rounds = atoi(arguments[6]), count = atoi(arguments[7]), prompt_count = count_of_arguments - 8;
    llama_log_set(only_errors, 0);
    ggml_backend_load_all_from_path(arguments[2]);
    void *model = llama_model_load_from_file(arguments[1], llama_model_default_params());
    if (!model) return fail("llama_model_load_from_file");
    context_params params = llama_context_default_params();
    params.n_ctx = atoi(arguments[3]);
    params.n_batch = params.n_ubatch = params.n_ctx < 512 ? params.n_ctx : 512;
    params.n_threads = params.n_threads_batch = atoi(arguments[4]);
    if (atoi(arguments[5])) params.type_k = params.type_v = 0, params.flash_attention = 0; // F32, and attention computed plainly
    void *context = llama_init_from_model(model, params);
    if (!context) return fail("llama_init_from_model");
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    int32_t *prompt = malloc(prompt_count * sizeof *prompt), *tokens = malloc(count * sizeof *tokens);
    float *logits = malloc(count * sizeof *logits);
    double *seconds = malloc(rounds * sizeof *seconds);
    for (int i = 0; i < prompt_count; i++) prompt[i] = atoi(arguments[8 + i]);
    for (int round = 0; round < rounds; round++) {
        llama_memory_clear(llama_get_memory(context), 0);
        if (llama_decode(context, llama_batch_get_one(prompt, prompt_count))) return fail("llama_decode");
        double start = 0;
        for (int i = 0; i < count; i++) {
            const float *row = llama_get_logits_ith(context, -1);
            int best = 0;
            for (int j = 1; j < vocabulary; j++) if (row[j] > row[best]) best = j;
            tokens[i] = best, logits[i] = row[best];
            if (i == 0) start = now();
            if (i < count - 1 && llama_decode(context, llama_batch_get_one(&tokens[i], 1))) return fail("llama_decode");
        }
        seconds[round] = now() - start;
    }
    for (int i = 0; i < count; i++) printf("%d %.9g\n", tokens[i], logits[i]);
    for (int round = 0; round < rounds; round++) printf("seconds %.9f\n", seconds[round]);
    llama_free(context);
    llama_model_free(model);
    return 0;
}
