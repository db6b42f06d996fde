// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// keccak256 in parts: the L1's own instruction takes all bytes at once, a sponge can be carried from step to step. Its state is
/// 25 lanes of 64 bits, a word each, lane x + 5y as FIPS 202 has them. packages/dispute/src/commit/sponge.ts is the other
/// implementation.
library Sponge {
    /// Bytes of a block.
    uint256 internal constant RATE = 136;
    uint256 internal constant LANES = 25;

    /// Mask of a lane, and the factor that puts a lane beside itself: shifted and masked, that is rotated.
    uint256 private constant LANE = 0xffffffffffffffff;
    uint256 private constant TWICE = 0x10000000000000001;

    // Of every second of 1, 2, 4 bytes: what a swap of neighbours moves.
    uint256 private constant BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant HALVES = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;

    /// Constants of the 24 rounds, eight bytes each, and what ends them.
    bytes private constant ROUNDS =
        hex"00000000000000010000000000008082800000000000808a8000000080008000000000000000808b0000000080000001"
        hex"80000000800080818000000000008009000000000000008a00000000000000880000000080008009000000008000000a"
        hex"000000008000808b800000000000008b8000000000008089800000000000800380000000000080028000000000000080"
        hex"000000000000800a800000008000000a8000000080008081800000000000808000000000800000018000000080008008"
        hex"0000000000000000";

    /// Takes up `blocks` blocks of 136 bytes that lie in memory at `pointer`.
    function absorb(uint256[] memory lanes, uint256 pointer, uint256 blocks) internal pure {
        uint256 a = _content(lanes);
        uint256 b = _content(new uint256[](LANES));
        bytes memory constants = ROUNDS;
        uint256 rounds;
        assembly ("memory-safe") {
            rounds := add(constants, 0x20)
        }
        for (uint256 i = 0; i < blocks; i++) {
            _add(a, pointer + i * RATE);
            _permute(a, b, rounds);
        }
    }

    /// Takes up the last `length` < 136 bytes. @return digest keccak256 of all that was taken up
    function finish(uint256[] memory lanes, uint256 pointer, uint256 length) internal pure returns (bytes32 digest) {
        bytes memory last = new bytes(RATE);
        uint256 target;
        assembly ("memory-safe") {
            target := add(last, 0x20)
            mcopy(target, pointer, length)
        }
        last[length] = 0x01;
        last[RATE - 1] |= 0x80;
        absorb(lanes, target, 1);
        uint256 joined = lanes[3] | (lanes[2] << 64) | (lanes[1] << 128) | (lanes[0] << 192);
        digest = bytes32(_swap(joined));
    }

    /// Digest of the state.
    function hash(uint256[] memory lanes) internal pure returns (bytes32 digest) {
        assembly ("memory-safe") {
            digest := keccak256(add(lanes, 0x20), shl(5, mload(lanes)))
        }
    }

    function _content(uint256[] memory words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
        }
    }

    /// Turns round the bytes of each of four lanes: FIPS 202 has the lowest first.
    function _swap(uint256 word) private pure returns (uint256) {
        word = ((word & BYTES) << 8) | ((word >> 8) & BYTES);
        word = ((word & PAIRS) << 16) | ((word >> 16) & PAIRS);
        return ((word & HALVES) << 32) | ((word >> 32) & HALVES);
    }

    function _add(uint256 a, uint256 pointer) private pure {
        for (uint256 i = 0; i < 17; i += 4) {
            uint256 word;
            assembly ("memory-safe") {
                word := mload(add(pointer, shl(3, i)))
            }
            word = _swap(word);
            assembly ("memory-safe") {
                let target := add(a, shl(5, i))
                mstore(target, xor(mload(target), shr(192, word)))
                // Of the last word only the first lane belongs to the block.
                if lt(i, 16) {
                    target := add(target, 0x20)
                    mstore(target, xor(mload(target), and(shr(128, word), LANE)))
                    target := add(target, 0x20)
                    mstore(target, xor(mload(target), and(shr(64, word), LANE)))
                    target := add(target, 0x20)
                    mstore(target, xor(mload(target), and(word, LANE)))
                }
            }
        }
    }

    /// Keccak-f[1600].
    /// @param a the lanes; what was in the 25 words at `b` is lost
    /// @param round the constants of the rounds, of which 0 ends them
    function _permute(uint256 a, uint256 b, uint256 round) private pure {
        assembly ("memory-safe") {
            // On the stack these cost less than where they are spelled out.
            let lane := LANE
            let twice := TWICE
            for {} shr(192, mload(round)) { round := add(round, 8) } {
                // Theta: parities of the columns; then column by column theta, rho and pi.
                let c0 := xor(xor(mload(a), mload(add(a, 0x0a0))), mload(add(a, 0x140)))
                c0 := xor(xor(c0, mload(add(a, 0x1e0))), mload(add(a, 0x280)))
                let c1 := xor(xor(mload(add(a, 0x020)), mload(add(a, 0x0c0))), mload(add(a, 0x160)))
                c1 := xor(xor(c1, mload(add(a, 0x200))), mload(add(a, 0x2a0)))
                let c2 := xor(xor(mload(add(a, 0x040)), mload(add(a, 0x0e0))), mload(add(a, 0x180)))
                c2 := xor(xor(c2, mload(add(a, 0x220))), mload(add(a, 0x2c0)))
                let c3 := xor(xor(mload(add(a, 0x060)), mload(add(a, 0x100))), mload(add(a, 0x1a0)))
                c3 := xor(xor(c3, mload(add(a, 0x240))), mload(add(a, 0x2e0)))
                let c4 := xor(xor(mload(add(a, 0x080)), mload(add(a, 0x120))), mload(add(a, 0x1c0)))
                c4 := xor(xor(c4, mload(add(a, 0x260))), mload(add(a, 0x300)))
                let d := xor(c4, and(shr(63, mul(c1, twice)), lane))
                mstore(b, xor(mload(a), d))
                mstore(add(b, 0x200), and(shr(28, mul(xor(mload(add(a, 0x0a0)), d), twice)), lane))
                mstore(add(b, 0x0e0), and(shr(61, mul(xor(mload(add(a, 0x140)), d), twice)), lane))
                mstore(add(b, 0x2e0), and(shr(23, mul(xor(mload(add(a, 0x1e0)), d), twice)), lane))
                mstore(add(b, 0x1c0), and(shr(46, mul(xor(mload(add(a, 0x280)), d), twice)), lane))
                d := xor(c0, and(shr(63, mul(c2, twice)), lane))
                mstore(add(b, 0x140), and(shr(63, mul(xor(mload(add(a, 0x020)), d), twice)), lane))
                mstore(add(b, 0x020), and(shr(20, mul(xor(mload(add(a, 0x0c0)), d), twice)), lane))
                mstore(add(b, 0x220), and(shr(54, mul(xor(mload(add(a, 0x160)), d), twice)), lane))
                mstore(add(b, 0x100), and(shr(19, mul(xor(mload(add(a, 0x200)), d), twice)), lane))
                mstore(add(b, 0x300), and(shr(62, mul(xor(mload(add(a, 0x2a0)), d), twice)), lane))
                d := xor(c1, and(shr(63, mul(c3, twice)), lane))
                mstore(add(b, 0x280), and(shr(2, mul(xor(mload(add(a, 0x040)), d), twice)), lane))
                mstore(add(b, 0x160), and(shr(58, mul(xor(mload(add(a, 0x0e0)), d), twice)), lane))
                mstore(add(b, 0x040), and(shr(21, mul(xor(mload(add(a, 0x180)), d), twice)), lane))
                mstore(add(b, 0x240), and(shr(49, mul(xor(mload(add(a, 0x220)), d), twice)), lane))
                mstore(add(b, 0x120), and(shr(3, mul(xor(mload(add(a, 0x2c0)), d), twice)), lane))
                d := xor(c2, and(shr(63, mul(c4, twice)), lane))
                mstore(add(b, 0x0a0), and(shr(36, mul(xor(mload(add(a, 0x060)), d), twice)), lane))
                mstore(add(b, 0x2a0), and(shr(9, mul(xor(mload(add(a, 0x100)), d), twice)), lane))
                mstore(add(b, 0x180), and(shr(39, mul(xor(mload(add(a, 0x1a0)), d), twice)), lane))
                mstore(add(b, 0x060), and(shr(43, mul(xor(mload(add(a, 0x240)), d), twice)), lane))
                mstore(add(b, 0x260), and(shr(8, mul(xor(mload(add(a, 0x2e0)), d), twice)), lane))
                d := xor(c3, and(shr(63, mul(c0, twice)), lane))
                mstore(add(b, 0x1e0), and(shr(37, mul(xor(mload(add(a, 0x080)), d), twice)), lane))
                mstore(add(b, 0x0c0), and(shr(44, mul(xor(mload(add(a, 0x120)), d), twice)), lane))
                mstore(add(b, 0x2c0), and(shr(25, mul(xor(mload(add(a, 0x1c0)), d), twice)), lane))
                mstore(add(b, 0x1a0), and(shr(56, mul(xor(mload(add(a, 0x260)), d), twice)), lane))
                mstore(add(b, 0x080), and(shr(50, mul(xor(mload(add(a, 0x300)), d), twice)), lane))
                // Chi, row by row.
                for { let row := 0 } lt(row, 0x320) { row := add(row, 0x0a0) } {
                    let source := add(b, row)
                    let target := add(a, row)
                    c0 := mload(source)
                    c1 := mload(add(source, 0x020))
                    c2 := mload(add(source, 0x040))
                    c3 := mload(add(source, 0x060))
                    c4 := mload(add(source, 0x080))
                    mstore(target, xor(c0, and(not(c1), c2)))
                    mstore(add(target, 0x020), xor(c1, and(not(c2), c3)))
                    mstore(add(target, 0x040), xor(c2, and(not(c3), c4)))
                    mstore(add(target, 0x060), xor(c3, and(not(c4), c0)))
                    mstore(add(target, 0x080), xor(c4, and(not(c0), c1)))
                }
                // Iota.
                mstore(a, xor(mload(a), shr(192, mload(round))))
            }
        }
    }
}
