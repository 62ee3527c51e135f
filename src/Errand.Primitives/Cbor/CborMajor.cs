namespace Errand.Primitives;

/// <summary>Major types and simple values of RFC 8949 that the profile uses.</summary>
internal static class CborMajor
{
    internal const byte UInt = 0;
    internal const byte Bytes = 2;
    internal const byte Text = 3;
    internal const byte Array = 4;
    internal const byte Map = 5;
    internal const byte False = 0xF4;
    internal const byte True = 0xF5;
}
