// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {TokenReader} from "../lib/TokenReader.sol";
import {
    BASE_FEE_VAULT,
    CHAIN_STATE,
    DATA_FEE_VAULT,
    Holder,
    IChainState,
    IFeeVault,
    ISettler,
    PRIORITY_FEE_VAULT
} from "./IPredeploys.sol";

/// What a contract may answer to say for whom it holds its assets.
interface ISettlementBeneficiaries {
    /// Accounts: 1 to 64; weights: as many, not all zero. Others than externally owned stand for their owner().
    function settlementBeneficiaries() external view returns (address[] memory accounts, uint256[] memory weights);
}

/// Accounts on the L1, with the weights by which they share what a contract held.
struct Split {
    address[] accounts;
    uint256[] weights;
    /// Sum of the weights; zero = no split.
    uint256 total;
}

/// Decides which L1 account stands for an L2 account (ISettler has the rules, docs/decisions/0014-beneficiaries.md why).
/// Nothing that a contract answers can make it fail, and the gas of every question is bounded.
library Beneficiary {
    uint256 internal constant MAX_BENEFICIARIES = 64;
    uint256 internal constant MAX_SHARE_HOLDERS = 512;
    uint256 private constant OWNER_GAS = 200_000;
    uint256 private constant BENEFICIARIES_GAS = 200_000;
    uint256 private constant SUPPLY_GAS = 100_000;
    /// For each of up to 512 holders of shares: all of them must fit one transaction of 2^25 gas with their messages.
    uint256 private constant SHARE_GAS = 24_000;
    uint256 private constant MEMBER_OWNER_GAS = 16_000;
    /// Two offsets, two lengths and the items.
    uint256 private constant MAX_ANSWER = 128 + 64 * MAX_BENEFICIARIES;
    uint256 private constant DESIGNATOR_LENGTH = 23;
    bytes3 private constant DESIGNATOR_PREFIX = 0xef0100;

    /// True when a key controls the account: it has no code, or only an EIP-7702 delegation.
    function isExternallyOwned(address account) internal view returns (bool) {
        uint256 size = account.code.length;
        if (size == 0) return account != address(0);
        if (size != DESIGNATOR_LENGTH) return false;
        bytes32 head;
        assembly ("memory-safe") {
            extcodecopy(account, 0x00, 0, 0x03)
            head := mload(0x00)
        }
        return bytes3(head) == DESIGNATOR_PREFIX;
    }

    /// What the contract's `owner()` says, if a key controls that; else zero.
    function ownerOf(address target) internal view returns (address) {
        return _ownerOf(target, OWNER_GAS);
    }

    /// Who holds the title of a token's twin: its owner, else its creator; zero when there is neither.
    function titleOf(address token, address creator) internal view returns (address) {
        address owner = ownerOf(token);
        if (owner != address(0)) return owner;
        return _hasKey(creator) ? creator : address(0);
    }

    /// Rules 1 and 2.
    /// Zero when the account is a contract.
    function direct(address account) internal view returns (address) {
        // Nobody has keys of the protocol's own addresses, with or without code.
        if (_isPredeploy(account)) return _ofPredeploy(account);
        return isExternallyOwned(account) ? account : address(0);
    }

    /// Rules 5 to 7, for a contract.
    function byOwnership(address account, address creator) internal view returns (address) {
        return _standing(ownerOf(account), creator);
    }

    /// Who gets an ERC-721 token, which can't be shared: rules 1 to 7 without 4.
    function ofWhole(address account, address creator) internal view returns (address to) {
        to = direct(account);
        if (to != address(0)) return to;
        Split memory split = named(account);
        return split.total > 0 ? split.accounts[0] : byOwnership(account, creator);
    }

    /// Rule 3: no split when the contract has no such function or its answer has not the shape.
    function named(address account) internal view returns (Split memory split) {
        (bool success, bytes memory data) = BoundedCall.read(
            account,
            abi.encodeCall(ISettlementBeneficiaries.settlementBeneficiaries, ()),
            BENEFICIARIES_GAS,
            MAX_ANSWER
        );
        if (!success || data.length < 192) return split;
        (bool first, uint256 accountsAt, uint256 count) = _arrayAt(data, 0);
        (bool second, uint256 weightsAt, uint256 weights) = _arrayAt(data, 32);
        if (!first || !second || count != weights || count == 0 || count > MAX_BENEFICIARIES) return split;
        Split memory found = Split(new address[](count), new uint256[](count), 0);
        for (uint256 i = 0; i < count; i++) {
            uint256 word = _wordAt(data, accountsAt + 32 * i);
            uint256 weight = _wordAt(data, weightsAt + 32 * i);
            if (word >> 160 != 0 || weight > type(uint256).max - found.total) return split;
            found.accounts[i] = _ofMember(address(uint160(word)), address(0));
            found.weights[i] = weight;
            found.total += weight;
        }
        return found;
    }

    /// Rule 4: no split when the holders do not have all shares.
    function shared(address account, Holder[] calldata holders) internal view returns (Split memory split) {
        if (holders.length == 0 || holders.length > MAX_SHARE_HOLDERS) return split;
        (bool known, uint256 supply) =
            BoundedCall.readWord(account, abi.encodeCall(IERC20.totalSupply, ()), SUPPLY_GAS);
        if (!known || supply == 0) return split;
        Split memory found = Split(new address[](holders.length), new uint256[](holders.length), 0);
        uint256 sum = 0;
        address previous;
        for (uint256 i = 0; i < holders.length; i++) {
            address holder = holders[i].account;
            if (i > 0 && holder <= previous) revert ISettler.NotAscending();
            previous = holder;
            uint256 shares;
            (known, shares) = BoundedCall.readWord(account, abi.encodeCall(IERC20.balanceOf, (holder)), SHARE_GAS);
            if (!known || shares > supply - sum) return split;
            sum += shares;
            // What was burnt, or sent to the contract itself, is a part of everybody's.
            if (shares == 0 || holder == address(0) || holder == account) continue;
            found.accounts[i] = _ofMember(holder, holders[i].creator);
            found.weights[i] = shares;
            found.total += shares;
        }
        return sum == supply ? found : split;
    }

    /// Somebody for whom a contract holds: rules 1, 2 and 5 to 7, one level deep.
    function _ofMember(address account, address creator) private view returns (address to) {
        to = direct(account);
        if (to == address(0)) to = _standing(_ownerOf(account, MEMBER_OWNER_GAS), creator);
    }

    /// @param owner externally owned or zero
    function _standing(address owner, address creator) private view returns (address) {
        if (owner != address(0)) return owner;
        return _hasKey(creator) ? creator : IChainState(CHAIN_STATE).owner();
    }

    function _ownerOf(address target, uint256 gasLimit) private view returns (address owner) {
        owner = TokenReader.ownerOf(target, gasLimit);
        if (!_hasKey(owner)) owner = address(0);
    }

    function _hasKey(address account) private view returns (bool) {
        return isExternallyOwned(account) && !_isPredeploy(account);
    }

    function _ofPredeploy(address account) private view returns (address) {
        address owner = IChainState(CHAIN_STATE).owner();
        if (account != BASE_FEE_VAULT && account != DATA_FEE_VAULT && account != PRIORITY_FEE_VAULT) return owner;
        address recipient = IFeeVault(account).recipient();
        if (isExternallyOwned(recipient)) return recipient;
        address standing = _ownerOf(recipient, MEMBER_OWNER_GAS);
        return standing == address(0) ? owner : standing;
    }

    function _isPredeploy(address account) private pure returns (bool) {
        return uint160(account) >> 16 == uint160(CHAIN_STATE) >> 16;
    }

    /// The array whose offset stands at `head` of an ABI answer.
    /// @return valid false when it does not lie within the answer
    function _arrayAt(bytes memory data, uint256 head)
        private
        pure
        returns (bool valid, uint256 start, uint256 length)
    {
        uint256 offset = _wordAt(data, head);
        if (offset > data.length - 32) return (false, 0, 0);
        start = offset + 32;
        length = _wordAt(data, offset);
        valid = length <= (data.length - start) / 32;
    }

    function _wordAt(bytes memory data, uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), position))
        }
    }
}
