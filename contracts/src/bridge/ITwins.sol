// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// L1 twin of a chain's native coin: an ordinary ERC-20 that only the chain's bridge mints.
interface INativeTwin {
    error OnlyBridge();

    function initialize(string calldata name, string calldata symbol, uint8 decimals) external;
    function mint(address to, uint256 amount) external;
    function bridge() external view returns (address);
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
interface IErc721Twin {
    event CollectionUpdated(string name, string symbol, address royaltyReceiver, uint16 royaltyBps);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    error OnlyBridge();
    error OnlyOwner();

    function initialize(address l2Token) external;
    function setCollection(CollectionMetadata calldata metadata) external;
    /// Mints without calling the recipient.
    /// @param uri empty = prefix + decimal id + suffix of the collection
    /// @return minted false when the token exists already
    function mint(address to, uint256 tokenId, string calldata uri) external returns (bool minted);
    function transferOwnership(address newOwner) external;

    /// Owner of the collection: may do nothing but pass this title on (ERC-173, which marketplaces read).
    function owner() external view returns (address);
    function bridge() external view returns (address);
    function l2Token() external view returns (address);
}
