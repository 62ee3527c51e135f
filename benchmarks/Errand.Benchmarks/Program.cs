using BenchmarkDotNet.Running;
using Errand.Benchmarks;

if (args is ["sealing", ..]) return SealingRunner.Run(args.AsSpan(1));
if (args is ["fold", ..]) return FoldRunner.Run(args.AsSpan(1));
if (args is ["ledger", ..]) return await LedgerRunner.RunAsync(args[1..]);
if (args is ["evm", var part, var rpc]) return await EvmRunner.RunAsync(part, new Uri(rpc));
if (args is ["tpm", ..]) return await TpmRunner.RunAsync(args[1..]);
if (args is ["sandbox", var guests]) return SandboxRunner.Run(guests);
if (args is ["vm", var image, var apps]) return await VmRunner.RunAsync(image, apps);
if (args is ["stream", var folder]) return await StreamRunner.RunAsync(folder);
if (args is ["evidence", ..]) return EvidenceRunner.Run(args.AsSpan(1));
BenchmarkSwitcher.FromAssembly(typeof(SandboxRunner).Assembly).Run(args);
return 0;
