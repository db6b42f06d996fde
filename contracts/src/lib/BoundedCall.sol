// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Calls to contracts that may be hostile: gas and returned bytes are bounded, and a caller who gives the transaction too
/// little gas makes it revert instead of making the call look like a failure.
library BoundedCall {
    error NotEnoughGasForCall();

    /// Reverts unless a call can be given `gasLimit` in full (EIP-150 keeps back 1/64) with room for what follows it.
    function requireGas(uint256 gasLimit, uint256 reserve) internal view {
        if (gasleft() < gasLimit + gasLimit / 32 + reserve) revert NotEnoughGasForCall();
    }

    /// @return success false for a failed call
    /// @return data at most `maxReturn` bytes of what came back
    function read(address target, bytes memory input, uint256 gasLimit, uint256 maxReturn)
        internal
        view
        returns (bool success, bytes memory data)
    {
        requireGas(gasLimit, 50_000);
        assembly ("memory-safe") {
            success := staticcall(gasLimit, target, add(input, 0x20), mload(input), 0, 0)
            let size := returndatasize()
            if gt(size, maxReturn) { size := maxReturn }
            data := mload(0x40)
            mstore(data, size)
            returndatacopy(add(data, 0x20), 0, size)
            mstore(0x40, add(data, and(add(size, 0x3f), not(0x1f))))
        }
    }

    /// @return success false for a failed call or an answer that is no address
    function readAddress(address target, bytes memory input, uint256 gasLimit)
        internal
        view
        returns (bool success, address value)
    {
        uint256 word;
        (success, word) = readWord(target, input, gasLimit);
        if (word >> 160 != 0) return (false, address(0));
        value = address(uint160(word));
    }

    /// @return success false for a failed call or less than a word
    function readWord(address target, bytes memory input, uint256 gasLimit)
        internal
        view
        returns (bool success, uint256 value)
    {
        bytes memory data;
        (success, data) = read(target, input, gasLimit, 32);
        if (data.length < 32) return (false, 0);
        if (success) value = uint256(bytes32(data));
    }

    /// Reads an ABI-encoded string.
    /// @return success false for a failed call, bad encoding, or a string longer than `maxLength` bytes
    function readString(address target, bytes memory input, uint256 gasLimit, uint256 maxLength)
        internal
        view
        returns (bool success, bytes memory value)
    {
        bytes memory data;
        (success, data) = read(target, input, gasLimit, maxLength + 96);
        if (!success || data.length < 64) return (false, "");
        uint256 offset;
        uint256 length;
        assembly ("memory-safe") {
            offset := mload(add(data, 0x20))
        }
        if (offset > data.length - 32) return (false, "");
        assembly ("memory-safe") {
            length := mload(add(add(data, 0x20), offset))
        }
        if (length > maxLength || length > data.length - 32 - offset) return (false, "");
        assembly ("memory-safe") {
            // The string lies in `data` already: its length word becomes the head of a bytes value.
            value := add(add(data, 0x20), offset)
        }
    }

    /// Calls as ERC-20 tokens want to be called: some answer true, some nothing.
    /// @return success false for a failed call, or one that answered anything but true
    function callOptionalBool(address target, bytes memory input, uint256 gasLimit)
        internal
        returns (bool success)
    {
        assembly ("memory-safe") {
            success := call(gasLimit, target, 0, add(input, 0x20), mload(input), 0, 0x20)
            if and(success, gt(returndatasize(), 0)) {
                success := and(gt(returndatasize(), 0x1f), eq(mload(0), 1))
            }
        }
    }
}
