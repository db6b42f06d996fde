// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Where operators say they can be reached.
interface ISocketUpdater {
    event OperatorSocketUpdate(bytes32 indexed operatorId, string socket);

    /// The caller is a registered operator.
    function updateSocket(string memory socket) external;
}
