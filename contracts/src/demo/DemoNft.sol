// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// An ordinary NFT mint: every account of an allowlist may mint one token. Knows nothing of Tephra.
contract DemoNft is ERC721, ERC2981, Ownable {
    /// Root of OpenZeppelin's standard Merkle tree: leaf = keccak256(bytes.concat(keccak256(abi.encode(account)))).
    bytes32 public immutable allowlistRoot;
    uint256 public totalMinted;
    mapping(address account => bool) public hasMinted;
    string private _base;

    error NotAllowed(address account);
    error MintedAlready(address account);

    constructor(string memory name_, string memory symbol_, string memory base_, bytes32 root_, uint96 royaltyBps)
        ERC721(name_, symbol_)
        Ownable(msg.sender)
    {
        _base = base_;
        allowlistRoot = root_;
        _setDefaultRoyalty(msg.sender, royaltyBps);
    }

    /// Mints the next token to the caller.
    function mint(bytes32[] calldata proof) external returns (uint256 tokenId) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(msg.sender))));
        if (!MerkleProof.verifyCalldata(proof, allowlistRoot, leaf)) revert NotAllowed(msg.sender);
        if (hasMinted[msg.sender]) revert MintedAlready(msg.sender);
        hasMinted[msg.sender] = true;
        tokenId = ++totalMinted;
        _mint(msg.sender, tokenId);
    }

    /// Mints the next token to anybody, outside the allowlist.
    function mintTo(address to) external onlyOwner returns (uint256 tokenId) {
        tokenId = ++totalMinted;
        _mint(to, tokenId);
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, ERC2981) returns (bool) {
        return super.supportsInterface(interfaceId);
    }

    function _baseURI() internal view override returns (string memory) {
        return _base;
    }
}
