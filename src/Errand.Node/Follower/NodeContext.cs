using Errand.Ledger;
using Errand.Protocol;
using Microsoft.Extensions.Logging;

namespace Errand.Node;

/// <summary>What every service of a network is built on.</summary>
public sealed record NodeContext(Genesis Genesis, ILedger Ledger, TimeProvider Time, ILoggerFactory Loggers);
