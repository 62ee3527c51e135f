using System.Reflection;
using System.Reflection.Emit;

namespace Errand.Protocol.Tests;

/// <summary>The second half of T-59: the rules hold no floating point, which rounds by machine and compiler.</summary>
public sealed class FloatingPointTests
{
    private static readonly HashSet<Type> Floating = [typeof(float), typeof(double), typeof(Half), typeof(decimal)];
    private static readonly Dictionary<ushort, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => unchecked((ushort)code.Value));

    [Theory]
    [InlineData(typeof(NetworkState))]
    [InlineData(typeof(Errand.Primitives.CanonicalReader))]
    public void T_59_seat_arithmetic_has_no_floating_point(Type inAssembly)
    {
        string[] found = [.. Scan(inAssembly.Assembly)];
        Assert.Empty(found);
    }

    [Fact]
    public void The_scan_finds_floating_point_where_it_is() =>
        Assert.Contains(Scan(typeof(FloatingPointTests).Assembly), found => found.Contains(nameof(Half_of), StringComparison.Ordinal));

    private static double Half_of(int value) => value / 2.0;

    private static IEnumerable<string> Scan(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        int bodies = 0;
        foreach (Type type in assembly.GetTypes())
        {
            foreach (FieldInfo field in type.GetFields(All))
                if (Floating.Contains(field.FieldType)) yield return $"{type}.{field.Name}: {field.FieldType}";
            foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            {
                if (method.GetMethodBody() is not { } body) continue;
                bodies++;
                foreach (string use in Uses(method, body)) yield return $"{type}.{method.Name}: {use}";
            }
        }
        Assert.True(bodies > 20, "The scan saw hardly any code.");
    }

    private static IEnumerable<string> Uses(MethodBase method, MethodBody body)
    {
        foreach (LocalVariableInfo local in body.LocalVariables)
            if (Floating.Contains(local.LocalType)) yield return $"local of {local.LocalType}";
        if (TouchesFloating(method)) yield return "signature";
        byte[] il = body.GetILAsByteArray()!;
        for (int at = 0; at < il.Length;)
        {
            ushort value = il[at] == 0xFE ? (ushort)(0xFE00 | il[at + 1]) : il[at];
            at += value > 0xFF ? 2 : 1;
            OpCode code = OpCodesByValue[value];
            // ldc.r4, conv.r8, ldind.r4, stelem.r8, conv.r.un, ckfinite …
            if (code.Name!.Contains(".r4", StringComparison.Ordinal) || code.Name.Contains(".r8", StringComparison.Ordinal)
                || code == OpCodes.Conv_R_Un || code == OpCodes.Ckfinite) yield return code.Name;
            if (code.OperandType == OperandType.InlineMethod)
            {
                Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
                Type[]? typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
                MethodBase called = method.Module.ResolveMethod(BitConverter.ToInt32(il, at), typeArguments, methodArguments)!;
                if (TouchesFloating(called)) yield return $"call of {called.DeclaringType}.{called.Name}";
            }
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }

    private static bool TouchesFloating(MethodBase method) =>
        (method.DeclaringType is { } declaring && Floating.Contains(declaring))
        || (method is MethodInfo { ReturnType: { } returned } && Floating.Contains(returned))
        || method.GetParameters().Any(parameter => Floating.Contains(parameter.ParameterType));
}
