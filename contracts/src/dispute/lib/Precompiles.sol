// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// The precompiled contracts: what they cost on the layer, and their answers, which the L1's own give.
library Precompiles {
    /// Most that a call costs on the L1, for the layer's caps on inputs.
    uint256 private constant L1_GAS = 4_000_000;
    /// Longest input of those that hash or copy, and longest operand of MODEXP on the L1 (EIP-7823), bytes.
    uint256 private constant MAX_HASHED = 32 * 1024;
    uint256 private constant MAX_OPERAND = 1_024;

    /// Gas of one multiplication in a sum of 1, 2, ... 128 of them, in thousandths of a single one's (EIP-2537); two bytes each.
    bytes private constant G1_DISCOUNTS =
        hex"03e803b50350031d02fc02ee02e202d802cf02c802c102ba02b402af02aa02a502a1029d029902950292028e028b0288"
        hex"028502820280027d027b0278027602730271026f026d026b026902670265026302610260025e025c025b025902570256"
        hex"0254025302510250024f024d024c024a02490248024602450244024302410240023f023e023d023c023a023902380237"
        hex"0236023502340233023202310230022f022e022d022c022b022a02290228022702260225022402230223022202210220"
        hex"021f021e021d021c021c021b021a0219021802180217021602150214021402130212021102100210020f020e020d020d"
        hex"020c020b020a020a0209020802080207";
    bytes private constant G2_DISCOUNTS =
        hex"03e803e8039b037403570340032c031c030e030202f702ed02e402dc02d402cd02c702c002bb02b502b002ab02a702a2"
        hex"029e029a02970293028f028c0289028602830280027d027a0278027502730270026e026c026a0267026502630261025f"
        hex"025e025c025a025802560255025302510250024e024d024b024a0248024702460244024302420240023f023e023d023b"
        hex"023a023902380237023602350233023202310230022f022e022d022c022b022a02290228022802270226022502240223"
        hex"0222022102210220021f021e021d021d021c021b021a0219021902180217021702160215021402140213021202120211"
        hex"02100210020f020e020e020d020c020c";

    error NotEnoughL1Gas();
    error NotAPrecompile(uint256 id);

    /// Gas of a call (yellow paper, appendix E; EIP-152, EIP-1108, EIP-2565, EIP-4844, EIP-2537).
    function gasOf(uint256 id, bytes memory input) internal pure returns (uint256) {
        uint256 words = (input.length + 31) >> 5;
        if (id == 1) return 3_000;
        if (id == 2) return 60 + 12 * words;
        if (id == 3) return 600 + 120 * words;
        if (id == 4) return 15 + 3 * words;
        if (id == 5) return _modexpGas(input);
        if (id == 6) return 150;
        if (id == 7) return 6_000;
        if (id == 8) return 45_000 + 34_000 * (input.length / 192);
        if (id == 9) return input.length == 213 ? _word(input, 0) >> 224 : 0;
        if (id == 10) return 50_000;
        return _blsGas(id, input.length);
    }

    /// EIP-2537. Where an input's length is none of the contract's, the call fails whatever is paid for it.
    function _blsGas(uint256 id, uint256 length) private pure returns (uint256) {
        if (id == 11) return 375;
        if (id == 12) return _sumGas(length / 160, 12_000, G1_DISCOUNTS);
        if (id == 13) return 600;
        if (id == 14) return _sumGas(length / 288, 22_500, G2_DISCOUNTS);
        if (id == 15) return 37_700 + 32_600 * (length / 384);
        if (id == 16) return 5_500;
        if (id == 17) return 23_800;
        revert NotAPrecompile(id);
    }

    function _sumGas(uint256 pairs, uint256 each, bytes memory discounts) private pure returns (uint256) {
        if (pairs == 0) return 0;
        uint256 index = pairs > 128 ? 127 : pairs - 1;
        uint256 discount;
        assembly ("memory-safe") {
            discount := shr(240, mload(add(add(discounts, 0x20), shl(1, index))))
        }
        return pairs * each * discount / 1_000;
    }

    /// @param used what `gasOf` said: the L1 asks for as much, only MODEXP costs more there (EIP-7883)
    function call(uint256 id, bytes memory input, uint256 used)
        internal
        view
        returns (bool success, bytes memory output)
    {
        uint256 gas = id == 5 ? L1_GAS : used;
        if (gasleft() < gas + gas / 32 + 10_000) revert NotEnoughL1Gas();
        (success, output) = address(uint160(id)).staticcall{gas: gas}(input);
    }

    /// Whether a call is beyond the layer's bounds on inputs, within which the L1 can replay it: it fails then as one with too
    /// little gas does. packages/engine/src/precompiles/caps.ts is the other implementation.
    function isOverCap(uint256 id, bytes memory input) internal pure returns (bool) {
        if (id == 2 || id == 3 || id == 4) return input.length > MAX_HASHED;
        if (id == 5) return _l1ModexpGas(input) > L1_GAS;
        if (id == 8) return 45_000 + 34_000 * (input.length / 192) > L1_GAS;
        if (id == 9) return input.length == 213 && _word(input, 0) >> 224 > L1_GAS;
        return id > 10 && _blsGas(id, input.length) > L1_GAS;
    }

    /// Gas of MODEXP on the L1 (EIP-7883) without its minimum, for operands within its limit (EIP-7823).
    function _l1ModexpGas(bytes memory input) private pure returns (uint256) {
        (uint256 baseLength, uint256 exponentLength, uint256 modulusLength) =
            (_word(input, 0), _word(input, 32), _word(input, 64));
        if (baseLength > MAX_OPERAND || exponentLength > MAX_OPERAND || modulusLength > MAX_OPERAND) {
            return type(uint256).max;
        }
        uint256 longest = baseLength > modulusLength ? baseLength : modulusLength;
        uint256 words = (longest + 7) / 8;
        uint256 complexity = longest <= 32 ? 16 : 2 * words * words;
        uint256 head = _word(input, 96 + baseLength);
        if (exponentLength < 32) head >>= 8 * (32 - exponentLength);
        uint256 iterations = head == 0 ? 0 : _log2(head);
        if (exponentLength > 32) iterations += 16 * (exponentLength - 32);
        return complexity * (iterations > 1 ? iterations : 1);
    }

    /// EIP-2565.
    function _modexpGas(bytes memory input) private pure returns (uint256) {
        (uint256 baseLength, uint256 exponentLength, uint256 modulusLength) =
            (_word(input, 0), _word(input, 32), _word(input, 64));
        uint256 longest = baseLength > modulusLength ? baseLength : modulusLength;
        if (baseLength == 0 && modulusLength == 0) return 200;
        // Nobody has the gas for longer ones.
        if (longest > type(uint64).max || exponentLength > type(uint64).max) return type(uint256).max;
        uint256 complexity = (longest + 7) / 8;
        complexity *= complexity;
        uint256 head = _word(input, 96 + baseLength);
        if (exponentLength < 32) head >>= 8 * (32 - exponentLength);
        uint256 iterations = head == 0 ? 0 : _log2(head);
        if (exponentLength > 32) iterations += 8 * (exponentLength - 32);
        if (iterations == 0) iterations = 1;
        uint256 gas = complexity > type(uint256).max / iterations ? type(uint256).max : complexity * iterations / 3;
        return gas < 200 ? 200 : gas;
    }

    function _log2(uint256 value) private pure returns (uint256 bits) {
        for (value >>= 1; value != 0; value >>= 1) bits++;
    }

    /// 32 bytes, zeros beyond the end.
    function _word(bytes memory input, uint256 pointer) private pure returns (uint256 word) {
        if (pointer >= input.length) return 0;
        assembly ("memory-safe") {
            word := mload(add(add(input, 0x20), pointer))
        }
        uint256 left = input.length - pointer;
        if (left < 32) word &= ~(type(uint256).max >> (8 * left));
    }
}
