// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE, IChainState, ISettler, Mode, OnlySystem, Phase, SYSTEM} from "./IPredeploys.sol";

/// The order in which a settlement goes through phases, tokens, ids and accounts, so that a list with holes shows.
/// An addendum has no order beyond that within a call.
abstract contract SettlementOrder {
    Phase private _phase;
    /// Newest token of the phase; zero in the native phase.
    address private _token;
    /// Newest id of an ERC-1155, else 0.
    uint256 private _id;
    /// Next key that may come (account or id); beyond type(uint256).max when `_exhausted`.
    uint256 private _nextKey;
    bool private _exhausted;
    bool private transient _addendum;

    /// The chain must be closed, and only the protocol itself settles.
    modifier settling() {
        if (msg.sender != SYSTEM) revert OnlySystem();
        Mode mode = IChainState(CHAIN_STATE).mode();
        if (mode == Mode.Active) revert ISettler.WrongPhase();
        _addendum = mode == Mode.Settled;
        _;
    }

    /// Moves on to a phase, token and id, never back.
    function _enter(Phase phase, address token, uint256 id) internal {
        if (!_addendum) {
            if (phase < _phase) revert ISettler.WrongPhase();
            if (phase == _phase) {
                if (token == _token && id == _id) return;
                if (token < _token || (token == _token && id < _id)) revert ISettler.NotAscending();
            }
        }
        _phase = phase;
        _token = token;
        _id = id;
        _nextKey = 0;
        _exhausted = false;
    }

    /// The same for a token that must be another than the newest.
    function _enterNew(Phase phase, address token) internal {
        if (!_addendum && phase == _phase && token == _token) revert ISettler.NotAscending();
        _enter(phase, token, 0);
    }

    /// Goes on with the token that was entered last.
    function _resume(Phase phase, address token, uint256 id) internal {
        if (phase != _phase || token != _token) revert ISettler.WrongPhase();
        _enter(phase, token, id);
    }

    function _advance(uint256 key) internal {
        if (_exhausted || key < _nextKey) revert ISettler.NotAscending();
        if (key == type(uint256).max) _exhausted = true;
        else _nextKey = key + 1;
    }

    function _end() internal {
        if (_addendum) revert ISettler.WrongPhase();
        _phase = Phase.Finished;
    }
}
