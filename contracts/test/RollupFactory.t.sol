// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRollup} from "../src/rollup/IRollup.sol";
import {CreateParams, IRollupFactory} from "../src/rollup/IRollupFactory.sol";
import {Rollup, RollupConfig} from "../src/rollup/Rollup.sol";
import {Bridge} from "../src/bridge/Bridge.sol";
import {BridgeConfig} from "../src/bridge/BridgeBase.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ChainFixture} from "./support/ChainFixture.sol";

contract RollupFactoryTest is ChainFixture {
    function test_CreateRollup_StartsAChainCompletely() public {
        CreateParams memory params = defaultParams();
        params.chainId = 77;
        params.proposerFunds = 3 ether;
        params.attestation = address(0xA77E57);
        params.expiresAt = uint64(block.timestamp) + 2_000;
        Rollup made = Rollup(factory.createRollup{value: BOND + ESCROW + 3 ether}(params));

        assertEq(factory.rollupOf(77), address(made), "registered");
        assertEq(made.chainId(), 77, "chain id");
        assertEq(made.owner(), OWNER, "owner");
        assertEq(made.proposer(), PROPOSER, "proposer");
        assertEq(made.bondOf(PROPOSER), BOND, "bond");
        assertEq(made.challengePeriod(), CHALLENGE_PERIOD, "challenge period");
        assertEq(made.maxPackDelay(), MAX_PACK_DELAY, "pack delay");
        assertEq(made.inboxDelay(), INBOX_DELAY, "inbox delay");
        assertEq(made.expiresAt(), block.timestamp + 2_000, "expiry");
        assertEq(made.genesisOutputRoot(), GENESIS_ROOT, "genesis");
        assertEq(made.rulesHash(), keccak256("rules"), "rules");
        assertEq(made.stvfHash(), keccak256("stvf"), "program");
        assertEq(made.attestation(), address(0xA77E57), "attestation");
        assertEq(made.packRecord(0).outputRoot, GENESIS_ROOT, "pack 0");
        assertTrue(made.isFinalised(0), "pack 0 is final");
        assertEq(made.batchRegistry(), address(registry), "registry");
        assertEq(PROPOSER.balance, 3 ether, "proposer's gas money");
        Bridge itsBridge = Bridge(made.bridge());
        assertEq(itsBridge.escrow(), ESCROW, "escrow");
        assertEq(itsBridge.rollup(), address(made), "bridge's rollup");
        assertTrue(made.inbox() != address(inbox) && made.bridge() != address(bridge), "chains share nothing");
    }

    function test_Expiry_LetsAnybodyClose() public {
        CreateParams memory params = defaultParams();
        params.chainId = 77;
        params.expiresAt = uint64(block.timestamp) + 2_000;
        Rollup made = Rollup(factory.createRollup{value: BOND + ESCROW}(params));
        vm.warp(params.expiresAt - 1);
        vm.prank(address(0x0555));
        vm.expectRevert(IRollup.NotClosable.selector);
        made.close();
        vm.warp(params.expiresAt);
        vm.prank(address(0x0555));
        made.close();
        assertTrue(made.closed(), "closed");
    }

    function test_CreateRollup_RefusesBadParameters() public {
        _expectInvalid("chainId", 0);
        _expectInvalid("chainId", 1);
        _expectInvalid("owner", 2);
        _expectInvalid("proposer", 3);
        _expectInvalid("challengePeriod", 4);
        _expectInvalid("maxPackDelay", 5);
        _expectInvalid("inboxDelay", 6);
        _expectInvalid("expiresAt", 7);
        _expectInvalid("name", 8);
        _expectInvalid("symbol", 9);
        _expectInvalid("genesisOutputRoot", 10);
        _expectInvalid("rulesHash", 11);
        _expectInvalid("stvfHash", 12);
    }

    function test_CreateRollup_RefusesWrongValueAndTakenId() public {
        CreateParams memory params = defaultParams();
        vm.expectRevert(abi.encodeWithSelector(IRollupFactory.ChainIdTaken.selector, CHAIN_ID));
        factory.createRollup{value: BOND + ESCROW}(params);
        params.chainId = 77;
        vm.expectRevert(abi.encodeWithSelector(IRollupFactory.WrongValue.selector, BOND + ESCROW, 1));
        factory.createRollup{value: 1}(params);
    }

    function test_Clones_CannotBeInitialisedAgain() public {
        BridgeConfig memory config;
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        bridge.initialize(config);
        RollupConfig memory rollupConfig;
        vm.expectRevert(Initializable.InvalidInitialization.selector);
        rollup.initialize(rollupConfig);
    }

    function _expectInvalid(string memory name, uint256 which) private {
        CreateParams memory params = defaultParams();
        params.chainId = 77;
        if (which == 0) params.chainId = 0;
        if (which == 1) params.chainId = uint64(block.chainid);
        if (which == 2) params.owner = address(0);
        if (which == 3) params.proposer = payable(0);
        if (which == 4) params.challengePeriod = 0;
        if (which == 5) params.maxPackDelay = 366 days;
        if (which == 6) params.inboxDelay = 0;
        if (which == 7) params.expiresAt = uint64(block.timestamp);
        if (which == 8) params.name = "";
        if (which == 9) params.symbol = "SEVENTEEN-LETTERS";
        if (which == 10) params.genesisOutputRoot = 0;
        if (which == 11) params.rulesHash = 0;
        if (which == 12) params.stvfHash = 0;
        vm.expectRevert(abi.encodeWithSelector(IRollupFactory.InvalidParameter.selector, name));
        factory.createRollup{value: BOND + ESCROW}(params);
    }
}
