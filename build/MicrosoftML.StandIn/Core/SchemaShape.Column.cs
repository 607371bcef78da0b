using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class SchemaShape
{
    /// <summary>The kind of a column.</summary>
    public struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;

        /// <summary>The type of the items; for keys the number type that holds them.</summary>
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(itemType);
            if (itemType is KeyDataViewType or VectorDataViewType)
                throw new ArgumentException("Item type cannot be a key or a vector", nameof(itemType));
            if (isKey && !KeyDataViewType.IsValidDataType(itemType.RawType))
                throw new ArgumentException("The item type must be valid for a key", nameof(itemType));
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? new SchemaShape([]);
        }

        /// <summary>How many values a row has.</summary>
        public enum VectorKind
        {
            Scalar = 0,
            Vector = 1,
            VariableVector = 2,
        }

        internal readonly bool IsValid => Name is not null;

        /// <summary>Returns whether <paramref name="source"/> may stand where this column is required: same name and kind, at least these annotations.</summary>
        internal readonly bool IsCompatibleWith(Column source) =>
            Name == source.Name
            && Kind == source.Kind
            && ItemType.Equals(source.ItemType)
            && IsKey == source.IsKey
            && Annotations.All(annotation => source.Annotations.TryFindColumn(annotation.Name, out var theirs) && annotation.IsCompatibleWith(theirs));

        internal readonly string GetTypeString()
        {
            var item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
