pragma solidity 0.8.37;

/// The order of a network's entries on an EVM chain, and nothing else: no owner, no allow list, no upgrade. It interprets nothing and
/// refuses no well-formed call; authorship is the signature inside an entry, so whoever pays the gas may carry anyone's entry.
contract ErrandLog {
    /// One slot: the upper 24 bytes of the running hash, then how many entries there are (8 bytes). Zero before the first.
    uint256 public tip;

    /// With tip a reader finds any entry that is missing, moved or made up; id answers "is it in?" with one query.
    /// The time stands in the hash because deadlines depend on it: whoever answers for the chain cannot tell one reader another time.
    event Appended(uint256 indexed tip, address indexed from, bytes32 indexed id, uint256 time, bytes data);

    function append(bytes calldata data) external {
        tip = next(tip, data);
    }

    /// The same as append for each item in turn, for less gas: the slot is written once.
    function appendMany(bytes[] calldata items) external {
        uint256 last = tip;
        for (uint256 index = 0; index < items.length; index++) {
            last = next(last, items[index]);
        }
        tip = last;
    }

    /// tip' = keccak256(tip, sender, id, time), each as 32 bytes, with the low 64 bits replaced by the sequence + 1. The time is the block's.
    function next(uint256 last, bytes calldata data) private returns (uint256 following) {
        bytes32 id = keccak256(data);
        uint256 hash = uint256(keccak256(abi.encode(last, msg.sender, id, block.timestamp)));
        following = ((hash >> 64) << 64) | (uint256(uint64(last)) + 1);
        emit Appended(following, msg.sender, id, block.timestamp, data);
    }
}
