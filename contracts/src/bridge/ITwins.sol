// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// L1 twin of a chain's native coin: an ordinary ERC-20 that only the chain's bridge mints.
interface INativeTwin {
    error OnlyBridge();

    function initialize(string calldata name, string calldata symbol, uint8 decimals) external;
    function mint(address to, uint256 amount) external;
    function bridge() external view returns (address);
}

/// What all twins of tokens have. The owner may do nothing but pass the title on (ERC-173, which marketplaces read).
interface ITwin {
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    error OnlyBridge();
    error OnlyOwner();

    function initialize(address l2Token) external;
    function transferOwnership(address newOwner) external;

    function owner() external view returns (address);
    function bridge() external view returns (address);
    function l2Token() external view returns (address);
}

/// What the collection said about itself on its own chain.
struct CollectionMetadata {
    string name;
    string symbol;
    address owner;
    address royaltyReceiver;
    /// Royalty in hundredths of a percent of the sale price.
    uint16 royaltyBps;
    string uriPrefix;
    string uriSuffix;
}

/// L1 twin of an ERC-721 collection that was born on a chain. Tokens appear on it with their final owners.
interface IErc721Twin is ITwin {
    event CollectionUpdated(string name, string symbol, address royaltyReceiver, uint16 royaltyBps);

    function setCollection(CollectionMetadata calldata metadata) external;
    /// Mints without calling the recipient.
    /// @param uri empty = prefix + decimal id + suffix of the collection
    /// @return minted false when the token exists already
    function mint(address to, uint256 tokenId, string calldata uri) external returns (bool minted);
}

/// L1 twin of an ERC-20 that was born on a chain.
interface IErc20Twin is ITwin {
    event TokenUpdated(string name, string symbol, uint8 decimals);

    function setToken(string calldata name, string calldata symbol, uint8 decimals, address owner) external;
    /// Mints `amount`, or as much of it as the total supply has room for: a token may have told of more than there can be.
    function mint(address to, uint256 amount) external;
}

/// What an ERC-1155 collection said about itself on its own chain.
struct Collection1155Metadata {
    string name;
    string symbol;
    address owner;
    address royaltyReceiver;
    /// Royalty in hundredths of a percent of the sale price.
    uint16 royaltyBps;
    /// Template with {id}.
    string uri;
}

/// L1 twin of an ERC-1155 collection that was born on a chain.
interface IErc1155Twin is ITwin {
    event CollectionUpdated(string name, string symbol, address royaltyReceiver, uint16 royaltyBps);

    function setCollection(Collection1155Metadata calldata metadata) external;
    /// Mints without calling the recipient: `amount`, or as much of it as the recipient's balance has room for.
    /// @param uri of this id; empty = the template, or what the id has already
    function mint(address to, uint256 tokenId, uint256 amount, string calldata uri) external;
}
