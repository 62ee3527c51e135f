namespace Errand.Cryptography;

/// <summary>What <see cref="ChunkPipeline"/> does with each group of chunks.</summary>
internal interface IChunkJob
{
    /// <summary>Reads the group's chunks. Called in order, by one thread at a time; cuts the group short where the input ends.</summary>
    void Fill(ChunkGroup group);

    /// <summary>The costly part. Called by many threads at a time, each with its own group and cipher.</summary>
    void Work(ChunkGroup group, ChunkCipher? cipher);

    /// <summary>Writes the results. Called in order, by one thread at a time; false ends the run.</summary>
    bool Drain(ChunkGroup group);
}
