// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// How the native coin of a chain comes into being (PROTOCOL.md section 1).
enum CurrencyMode {
    Issued,
    Eth,
    Erc20
}

/// Everything a new chain needs on the L1. Times are in seconds, amounts in wei.
struct CreateParams {
    uint64 chainId;
    /// Account that may close the chain; receives what its own vaults and unresolvable contracts held.
    address owner;
    /// Bonded account that posts packs; `proposerFunds` is forwarded to it so that one transaction starts a chain.
    address payable proposer;
    uint64 challengePeriod;
    /// Without a pack for this long anybody with a bond may propose.
    uint64 maxPackDelay;
    /// An inbox message older than this must be consumed by the next pack.
    uint64 inboxDelay;
    /// L1 time after which anybody may close; 0 = never expires.
    uint64 expiresAt;
    CurrencyMode currencyMode;
    /// L1 token of mode Erc20, with 18 decimals; else zero.
    address currencyToken;
    string name;
    string symbol;
    uint8 decimals;
    uint256 bond;
    uint256 settlementEscrow;
    uint256 proposerFunds;
    /// Sum of the coin in block 0 (accounts and faucet) in modes Eth and Erc20, else 0: ETH comes with the call, tokens are
    /// drawn from the caller's allowance for the factory. Whoever rebuilds the chain compares it with `genesisConfig`.
    uint256 lockedFunds;
    /// Output root of block 0; recomputed by anybody from `genesisConfig`.
    bytes32 genesisOutputRoot;
    /// See IRollup: what of `genesisConfig` disputes need, and the program that verifiers run.
    bytes32 rulesHash;
    bytes32 stvfHash;
    /// See IRollup; zero = packs stand on their proposer's bond.
    address attestation;
    /// See IRollup; zero = no proof settles a challenge.
    bytes32 validityKey;
    /// ABI encoding of the genesis configuration (packages/protocol, `encodeGenesisConfig`).
    bytes genesisConfig;
}

interface IRollupFactory {
    /// `genesisConfig` is emitted so that a chain can be rebuilt from the L1 alone.
    event RollupCreated(
        uint64 indexed chainId,
        address indexed rollup,
        address indexed owner,
        address inbox,
        address bridge,
        bytes32 genesisOutputRoot,
        bytes genesisConfig
    );

    error ChainIdTaken(uint64 chainId);
    error WrongValue(uint256 expected, uint256 sent);
    error InvalidParameter(string name);

    /// Deploys Rollup, Inbox and Bridge of one chain as clones.
    /// @dev `msg.value` must be bond + settlementEscrow + proposerFunds, and lockedFunds in mode Eth.
    function createRollup(CreateParams calldata params) external payable returns (address rollup);

    function rollupOf(uint64 chainId) external view returns (address);
    function batchRegistry() external view returns (address);
    /// No chain is older: where readers of RollupCreated begin.
    function deployedAtBlock() external view returns (uint64);
}
