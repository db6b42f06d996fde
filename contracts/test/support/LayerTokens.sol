// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {ISettlementBeneficiaries} from "../../src/predeploys/Beneficiary.sol";
import {IL2Bridge, L2_BRIDGE} from "../../src/predeploys/IPredeploys.sol";

/// A well-behaved ERC-20 with an owner.
contract LayerErc20 is ERC20("Pearlite", "PRL"), Ownable {
    constructor(address owner_) Ownable(owner_) {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }
}

/// A well-behaved ERC-1155; id 9 has a URI of its own.
contract LayerErc1155 is ERC1155("ipfs://items/{id}"), ERC2981, Ownable {
    string public constant name = "Items";
    string public constant symbol = "ITM";

    constructor(address owner_, address receiver_) Ownable(owner_) {
        _setDefaultRoyalty(receiver_, 250);
    }

    function mint(address to, uint256 tokenId, uint256 amount) external {
        _mint(to, tokenId, amount, "");
    }

    function uri(uint256 tokenId) public view override returns (string memory) {
        return tokenId == 9 ? "ar://nine" : super.uri(tokenId);
    }

    function supportsInterface(bytes4 id) public view override(ERC1155, ERC2981) returns (bool) {
        return super.supportsInterface(id);
    }
}

/// Shares of what it holds: a pool or a vault.
contract SharePool is ERC20("Pool", "POOL") {
    address public immutable owner;

    constructor(address owner_) payable {
        owner = owner_;
    }

    function mint(address to, uint256 shares) external {
        _mint(to, shares);
    }

    /// What pools of the first kind do with their first shares.
    function lockForever(uint256 shares) external {
        _update(address(0), address(this), shares);
    }
}

/// Says for whom it holds.
contract Trustee is ISettlementBeneficiaries {
    address[] private _accounts;
    uint256[] private _weights;
    address public immutable owner;

    constructor(address owner_, address[] memory accounts, uint256[] memory weights) payable {
        (owner, _accounts, _weights) = (owner_, accounts, weights);
    }

    function settlementBeneficiaries() external view returns (address[] memory, uint256[] memory) {
        return (_accounts, _weights);
    }
}

/// Answers settlementBeneficiaries() with whatever bytes it was told, or burns all gas whatever it is asked.
contract Babbler {
    bytes private _answer;
    bool private _burns;

    constructor(bytes memory answer_, bool burns_) payable {
        (_answer, _burns) = (answer_, burns_);
    }

    fallback() external payable {
        if (_burns) while (true) {}
        require(msg.sig == ISettlementBeneficiaries.settlementBeneficiaries.selector, "what?");
        bytes memory answer = _answer;
        assembly {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// An ERC-20 that changes its ways: what is dangerous about each mood is in its name.
contract WildErc20 {
    enum Mood {
        Honest,
        Reverts,
        BurnsGas,
        ReturnsNothing,
        ReturnsTooMuch,
        WrongType,
        LiesHigh,
        TakesFee,
        Reenters,
        DestroysItself
    }

    Mood public mood;
    uint256 public inflation = 1;
    mapping(address => uint256) private _balances;
    uint256 public constant totalSupply = 1e30;

    event Transfer(address indexed from, address indexed to, uint256 value);

    function mint(address to, uint256 amount) external {
        _balances[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// Rebases everybody's balance.
    function inflate(uint256 factor) external {
        inflation = factor;
    }

    function name() external view returns (string memory) {
        _behave();
        return "Wild";
    }

    function symbol() external view returns (string memory) {
        _behave();
        return "WLD";
    }

    function decimals() external view returns (uint8) {
        _behave();
        return 18;
    }

    function balanceOf(address account) external view returns (uint256) {
        _behave();
        if (mood == Mood.LiesHigh) return type(uint256).max;
        return _balances[account] * inflation;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        if (mood == Mood.Reenters) IL2Bridge(L2_BRIDGE).withdrawErc20(address(this), from, 1);
        // SELFDESTRUCT, which the compiler warns of.
        if (mood == Mood.DestroysItself) assembly { selfdestruct(from) }
        _balances[from] -= amount;
        _balances[to] += mood == Mood.TakesFee ? amount - amount / 10 : amount;
        emit Transfer(from, to, amount);
        return true;
    }

    function _behave() private view {
        if (mood == Mood.Reverts) revert("no");
        if (mood == Mood.BurnsGas) while (true) {}
        if (mood == Mood.ReturnsNothing) assembly {
            return(0, 0)
        }
        if (mood == Mood.ReturnsTooMuch) assembly {
            mstore(0, 7)
            return(0, 100000)
        }
        if (mood == Mood.WrongType) assembly {
            mstore8(0, 1)
            return(0, 1)
        }
    }
}

/// An ERC-1155 without a receiver check, that may do what it should not while it is asked or moved.
contract WildErc1155 {
    enum Mood {
        Honest,
        Reverts,
        BurnsGas,
        LiesHigh,
        MovesNothing,
        Reenters,
        LongUri
    }

    Mood public mood;
    mapping(address => mapping(uint256 => uint256)) private _balances;

    function mint(address to, uint256 tokenId, uint256 amount) external {
        _balances[to][tokenId] += amount;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function balanceOf(address account, uint256 tokenId) external view returns (uint256) {
        _behave();
        return mood == Mood.LiesHigh ? type(uint256).max : _balances[account][tokenId];
    }

    function uri(uint256) external view returns (string memory) {
        _behave();
        return mood == Mood.LongUri ? string(new bytes(3_000)) : "ipfs://wild/{id}";
    }

    function safeTransferFrom(address from, address to, uint256 tokenId, uint256 amount, bytes calldata) external {
        if (mood == Mood.MovesNothing) return;
        if (mood == Mood.Reenters) IL2Bridge(L2_BRIDGE).withdrawErc1155(address(this), from, tokenId, 1);
        _balances[from][tokenId] -= amount;
        _balances[to][tokenId] += amount;
    }

    function _behave() private view {
        if (mood == Mood.Reverts) revert("no");
        if (mood == Mood.BurnsGas) while (true) {}
    }
}

/// Refuses coin, whoever sends it.
contract RefusesCoin {
    receive() external payable {
        revert("no thanks");
    }
}
