// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// ERC-20 that anybody may mint; silent ones tell nobody who holds them.
contract Coin {
    event Transfer(address indexed from, address indexed to, uint256 value);

    string public name;
    string public symbol;
    uint8 public immutable decimals;
    bool public immutable silent;
    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(string memory name_, string memory symbol_, uint8 decimals_, bool silent_) {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
        silent = silent_;
    }

    function mint(address to, uint256 value) external {
        totalSupply += value;
        _give(address(0), to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        balanceOf[msg.sender] -= value;
        _give(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value;
        _give(from, to, value);
        return true;
    }

    function _give(address from, address to, uint256 value) private {
        balanceOf[to] += value;
        if (!silent) emit Transfer(from, to, value);
    }
}

/// A pool as exchanges have them: holds other assets, and is itself the token of shares in them.
contract Pool is Coin("Pool share", "POOL", 18, false) {
    receive() external payable {}

    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external pure returns (bytes4) {
        return this.onERC1155Received.selector;
    }
}

/// Names who stands behind it.
contract Splitter {
    address[] private _accounts;
    uint256[] private _weights;

    constructor(address[] memory accounts, uint256[] memory weights) {
        _accounts = accounts;
        _weights = weights;
    }

    receive() external payable {}

    function settlementBeneficiaries() external view returns (address[] memory, uint256[] memory) {
        return (_accounts, _weights);
    }
}

contract OwnedBox {
    address public immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    receive() external payable {}
}

/// Says nothing of anybody.
contract Box {
    receive() external payable {}
}

contract BoxFactory {
    event Made(address box);

    function make() external {
        emit Made(address(new Box()));
    }
}

/// ERC-1155 that anybody may mint.
contract Items {
    event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value);
    event TransferBatch(
        address indexed operator, address indexed from, address indexed to, uint256[] ids, uint256[] values
    );

    string public name = "Items";
    string public symbol = "ITM";
    address public immutable owner = msg.sender;
    bool public immutable silent;
    mapping(uint256 => string) private _ownUri;
    mapping(uint256 => mapping(address => uint256)) private _balances;
    mapping(address => mapping(address => bool)) public isApprovedForAll;

    constructor(bool silent_) {
        silent = silent_;
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0xd9b67a26 || id == 0x0e89341c || id == 0x2a55205a;
    }

    function royaltyInfo(uint256, uint256 price) external view returns (address, uint256) {
        return (owner, price / 20);
    }

    function balanceOf(address account, uint256 id) external view returns (uint256) {
        return _balances[id][account];
    }

    function balanceOfBatch(address[] calldata accounts, uint256[] calldata ids)
        external
        view
        returns (uint256[] memory balances)
    {
        balances = new uint256[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) balances[i] = _balances[ids[i]][accounts[i]];
    }

    function uri(uint256 id) external view returns (string memory) {
        return bytes(_ownUri[id]).length > 0 ? _ownUri[id] : "ipfs://items/{id}.json";
    }

    function setUri(uint256 id, string calldata own) external {
        _ownUri[id] = own;
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
    }

    function mint(address to, uint256 id, uint256 value) external {
        _balances[id][to] += value;
        if (!silent) emit TransferSingle(msg.sender, address(0), to, id, value);
    }

    function mintBatch(address to, uint256[] calldata ids, uint256[] calldata values) external {
        for (uint256 i = 0; i < ids.length; i++) _balances[ids[i]][to] += values[i];
        if (!silent) emit TransferBatch(msg.sender, address(0), to, ids, values);
    }

    function safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes calldata data) external {
        require(msg.sender == from || isApprovedForAll[from][msg.sender], "not approved");
        _balances[id][from] -= value;
        _balances[id][to] += value;
        if (!silent) emit TransferSingle(msg.sender, from, to, id, value);
        if (to.code.length > 0) {
            bytes4 answer = IReceiver(to).onERC1155Received(msg.sender, from, id, value, data);
            require(answer == IReceiver.onERC1155Received.selector, "not received");
        }
    }
}

interface IReceiver {
    function onERC1155Received(address, address, uint256, uint256, bytes calldata) external returns (bytes4);
}

/// ERC-721 without events: only who asks id by id learns who owns what.
contract SilentNft {
    string public name = "Silent";
    string public symbol = "SIL";
    mapping(uint256 => address) private _owners;

    function mint(address to, uint256 id) external {
        _owners[id] = to;
    }

    function ownerOf(uint256 id) external view returns (address owner) {
        owner = _owners[id];
        require(owner != address(0), "no such token");
    }

    function tokenURI(uint256) external pure returns (string memory) {
        return "ipfs://silent";
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd || id == 0x5b5e139f;
    }
}

/// ERC-2309: names more ids in one log than a settlement takes on trust.
contract BulkNft {
    event ConsecutiveTransfer(uint256 indexed from, uint256 to, address indexed sender, address indexed receiver);

    string public name = "Bulk";
    string public symbol = "BULK";
    address private immutable _holder;

    constructor(address holder) {
        _holder = holder;
        emit ConsecutiveTransfer(0, 999_999, address(0), holder);
    }

    function ownerOf(uint256 id) external view returns (address) {
        require(id < 1_000_000, "no such token");
        return _holder;
    }

    function tokenURI(uint256) external pure returns (string memory) {
        return "";
    }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd;
    }
}

/// A token that means harm; what it does when it is asked about a balance, an owner or a name depends on its kind.
contract Hostile {
    event Transfer(address indexed from, address indexed to, uint256 value);
    event TransferSingle(address indexed operator, address indexed from, address indexed to, uint256 id, uint256 value);

    enum Kind {
        Reverts,
        BurnsGas,
        ClaimsEverything,
        AnswersAtLength,
        AnswersHalfAWord,
        WritesOnRead,
        CallsBack
    }

    Kind private immutable _kind;
    bytes4 private immutable _interface;
    uint256 private _written;

    constructor(Kind kind, bytes4 interfaceId, address[] memory holders) {
        _kind = kind;
        _interface = interfaceId;
        for (uint256 i = 0; i < holders.length; i++) {
            if (interfaceId == 0xd9b67a26) emit TransferSingle(msg.sender, address(0), holders[i], i, 1);
            else if (interfaceId != 0x80ac58cd) emit Transfer(address(0), holders[i], 1);
            else _logNft(holders[i], i);
        }
    }

    function supportsInterface(bytes4 id) external view returns (bool) {
        return id == _interface;
    }

    fallback() external payable {
        if (_kind == Kind.Reverts) revert("no");
        if (_kind == Kind.BurnsGas) {
            while (true) {}
        }
        if (_kind == Kind.WritesOnRead) _written++;
        if (_kind == Kind.CallsBack) {
            (bool success,) = address(0x7e0004).call(abi.encodeWithSignature("finish()"));
            require(!success, "settled from within");
        }
        uint256 length = _kind == Kind.AnswersAtLength ? 1_000_000 : _kind == Kind.AnswersHalfAWord ? 16 : 32;
        assembly {
            mstore(0, not(0))
            return(0, length)
        }
    }

    function _logNft(address to, uint256 id) private {
        bytes32 topic = keccak256("Transfer(address,address,uint256)");
        assembly {
            log4(0, 0, topic, 0, to, id)
        }
    }
}

/// Lives as long as nobody ends it; its balances go with it.
contract Mortal is Coin("Mortal", "MORT", 18, false) {
    function end() external {
        selfdestruct(payable(msg.sender));
    }
}

contract MortalMaker {
    /// Made and ended in one transaction: EIP-6780 leaves nothing of it but its logs.
    function make(address holder) external {
        Mortal mortal = new Mortal();
        mortal.mint(holder, 5);
        mortal.end();
    }
}

/// A token whose balances grow without a transfer, and whose sum never fits its supply.
contract Rebasing {
    event Transfer(address indexed from, address indexed to, uint256 value);

    string public name = "Rebase";
    string public symbol = "RBS";
    uint8 public constant decimals = 6;
    uint256 public totalSupply = 1;
    mapping(address => uint256) private _shares;

    constructor(address[] memory holders) {
        for (uint256 i = 0; i < holders.length; i++) {
            _shares[holders[i]] = i + 1;
            emit Transfer(address(0), holders[i], i + 1);
        }
    }

    function balanceOf(address account) external view returns (uint256) {
        return _shares[account] * 1_000;
    }
}
