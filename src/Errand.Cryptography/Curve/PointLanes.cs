using System.Runtime.CompilerServices;

namespace Errand.Cryptography;

/// <summary>Eight points of edwards25519, one in each lane, as <see cref="EdwardsPoint"/>. Coordinates are tight. For public values only.</summary>
internal struct PointLanes
{
    internal FieldLanes X, Y, Z, T;

    internal static PointLanes Identity => new() { X = FieldLanes.Zero, Y = FieldLanes.One, Z = FieldLanes.One, T = FieldLanes.Zero };

    internal static void Load(ReadOnlySpan<EdwardsPoint> points, out PointLanes lanes)
    {
        Span<FieldElement> elements = stackalloc FieldElement[FieldLanes.Count];
        for (int i = 0; i < FieldLanes.Count; i++) elements[i] = points[i].X;
        FieldLanes.Load(elements, out lanes.X);
        for (int i = 0; i < FieldLanes.Count; i++) elements[i] = points[i].Y;
        FieldLanes.Load(elements, out lanes.Y);
        for (int i = 0; i < FieldLanes.Count; i++) elements[i] = points[i].Z;
        FieldLanes.Load(elements, out lanes.Z);
        for (int i = 0; i < FieldLanes.Count; i++) elements[i] = points[i].T;
        FieldLanes.Load(elements, out lanes.T);
    }

    internal readonly EdwardsPoint this[int lane] => new(X[lane], Y[lane], Z[lane], T[lane]);

    /// <summary>Doubles; T is not read, and written only if asked for.</summary>
    [SkipLocalsInit]
    internal void Double(bool withT)
    {
        FieldLanes.Square(X, out FieldLanes xx);
        FieldLanes.Square(Y, out FieldLanes yy);
        FieldLanes.Square(Z, out FieldLanes zz);
        FieldLanes.Add(X, Y, out FieldLanes x);
        FieldLanes.Square(x, out x);
        FieldLanes.Add(zz, zz, out FieldLanes t);
        FieldLanes.Add(t, xx, out t);
        FieldLanes.Subtract(t, yy, out t);
        t.Carry();
        FieldLanes.Subtract(x, xx, out x);
        FieldLanes.Subtract(x, yy, out x);
        x.Carry();
        FieldLanes.Add(yy, xx, out FieldLanes y);
        FieldLanes.Subtract(yy, xx, out FieldLanes z);
        FieldLanes.Multiply(x, t, out X);
        FieldLanes.Multiply(y, z, out Y);
        FieldLanes.Multiply(z, t, out Z);
        if (withT) FieldLanes.Multiply(x, y, out T);
    }

    /// <summary>Adds; complete, so the identity and equal points are no special cases.</summary>
    [SkipLocalsInit]
    internal void Add(in CachedLanes other, bool withT)
    {
        FieldLanes.Add(Y, X, out FieldLanes pp);
        FieldLanes.Multiply(pp, other.YPlusX, out pp);
        FieldLanes.Subtract(Y, X, out FieldLanes mm);
        FieldLanes.Multiply(mm, other.YMinusX, out mm);
        FieldLanes.Multiply(T, other.T2d, out FieldLanes tt);
        FieldLanes.Multiply(Z, other.Z, out FieldLanes zz);
        FieldLanes.Add(zz, zz, out zz);
        FieldLanes.Subtract(pp, mm, out FieldLanes x);
        FieldLanes.Add(pp, mm, out FieldLanes y);
        FieldLanes.Add(zz, tt, out FieldLanes z);
        FieldLanes.Subtract(zz, tt, out FieldLanes t);
        t.Carry();
        FieldLanes.Multiply(x, t, out X);
        FieldLanes.Multiply(y, z, out Y);
        FieldLanes.Multiply(z, t, out Z);
        if (withT) FieldLanes.Multiply(x, y, out T);
    }

    /// <summary>Adds points with Z = 1, with T: another addition may follow.</summary>
    [SkipLocalsInit]
    internal void Add(in AffineLanes other)
    {
        FieldLanes.Add(Y, X, out FieldLanes pp);
        FieldLanes.Multiply(pp, other.YPlusX, out pp);
        FieldLanes.Subtract(Y, X, out FieldLanes mm);
        FieldLanes.Multiply(mm, other.YMinusX, out mm);
        FieldLanes.Multiply(T, other.T2d, out FieldLanes tt);
        FieldLanes.Add(Z, Z, out FieldLanes zz);
        FieldLanes.Subtract(pp, mm, out FieldLanes x);
        FieldLanes.Add(pp, mm, out FieldLanes y);
        FieldLanes.Add(zz, tt, out FieldLanes z);
        FieldLanes.Subtract(zz, tt, out FieldLanes t);
        t.Carry();
        FieldLanes.Multiply(x, t, out X);
        FieldLanes.Multiply(y, z, out Y);
        FieldLanes.Multiply(z, t, out Z);
        FieldLanes.Multiply(x, y, out T);
    }
}
