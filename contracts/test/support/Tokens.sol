// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IBridge} from "../../src/bridge/IBridge.sol";

contract PlainErc20 is ERC20("Basalt", "BSL") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// Keeps a tenth of every transfer.
contract FeeErc20 is ERC20("Toll", "TOL") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0) && to != address(0)) {
            super._update(from, address(0xfee), amount / 10);
            amount -= amount / 10;
        }
        super._update(from, to, amount);
    }
}

/// Can be told to misbehave on transfer.
contract MoodyErc20 is ERC20("Moody", "MOO") {
    enum Mood {
        Fine,
        Revert,
        ReturnFalse,
        BurnGas,
        Reenter
    }

    Mood public mood;
    IBridge public bridge;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setMood(Mood mood_, IBridge bridge_) external {
        mood = mood_;
        bridge = bridge_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.ReturnFalse) return false;
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.Reenter) bridge.depositEth(to);
        return super.transfer(to, amount);
    }
}

contract NamelessErc20 {
    function decimals() external pure returns (uint8) {
        return 18;
    }
}

contract PlainErc721 is ERC721("Obsidian", "OBS") {
    function mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }

    function _baseURI() internal pure override returns (string memory) {
        return "ipfs://obsidian/";
    }
}

/// Without metadata, and it may refuse to hand tokens out.
contract BareErc721 {
    mapping(uint256 => address) public ownerOf;
    bool public frozen;

    function mint(address to, uint256 tokenId) external {
        ownerOf[tokenId] = to;
    }

    function freeze(bool frozen_) external {
        frozen = frozen_;
    }

    function transferFrom(address from, address to, uint256 tokenId) external {
        require(ownerOf[tokenId] == from && !frozen, "frozen");
        ownerOf[tokenId] = to;
    }
}

contract RefusesEth {
    bool public refuses = true;

    function setRefuses(bool value) external {
        refuses = value;
    }

    function claimTo(IBridge bridge, uint64 index, address to) external {
        bridge.claimTo(index, to);
    }

    receive() external payable {
        require(!refuses, "no thanks");
    }
}

/// Takes the ETH and tries to be paid twice.
contract Reenterer {
    IBridge private _bridge;
    uint64 private _index;
    uint256 public caught;

    constructor(IBridge bridge, uint64 index) {
        _bridge = bridge;
        _index = index;
    }

    receive() external payable {
        try _bridge.claim(_index) {}
        catch {
            caught++;
        }
    }
}
