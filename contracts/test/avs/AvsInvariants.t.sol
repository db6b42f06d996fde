// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BN254} from "../../src/avs/lib/BN254.sol";
import {OperatorSet} from "../../src/restaking/OperatorSet.sol";
import {IAVSDirectory} from "../../src/restaking/interfaces/IAVSDirectory.sol";
import {IAllocationManager} from "../../src/restaking/interfaces/IAllocationManager.sol";
import {Test} from "../support/Test.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";

/// What was read of a quorum, or of an operator in it, about a block in the past.
struct Memory {
    uint32 blockNumber;
    uint8 quorum;
    bytes32 digest;
}

/// Operators that come, go, gain and lose stake, allocate and are ejected, by the AVS's calls and by the core's own.
contract AvsHandler is AvsFixture {
    uint256 private constant OPERATORS = 5;
    TestOperator[] public operators;
    Memory[] public memories;
    uint256 private _stakers;

    constructor() {
        setUp();
        for (uint256 i = 1; i <= OPERATORS; i++) {
            operators.push(newOperator(i));
            registerCoreOperator(operators[i - 1].account, i * 4 ether, i * 3 ether);
            allocate(operators[i - 1].account, 0, ETH, 0.8e18);
            allocate(operators[i - 1].account, 1, strategy, 0.8e18);
        }
    }

    function maxOperators() internal pure override returns (uint32) {
        return 4;
    }

    function register(uint8 who, uint8 quorums) external {
        TestOperator memory operator = operators[who % OPERATORS];
        bytes memory numbers = _numbers(quorums);
        // Refusals (full, too weak, in already) are part of the walk; they must change nothing.
        try this.tryJoin(operator, numbers) {} catch {}
    }

    function deregister(uint8 who, uint8 quorums) external {
        vm.prank(operators[who % OPERATORS].account);
        try coordinator.deregisterOperator(_numbers(quorums)) {} catch {}
    }

    function leaveSets(uint8 who, uint8 quorum) external {
        TestOperator memory operator = operators[who % OPERATORS];
        vm.prank(operator.account);
        try allocations.deregisterFromOperatorSets(
            IAllocationManager.DeregisterParams(operator.account, address(manager), _ids(quorum % 2))
        ) {} catch {}
    }

    function eject(uint8 who, uint8 quorums) external {
        vm.prank(EJECTOR);
        coordinator.ejectOperator(operators[who % OPERATORS].account, _numbers(quorums));
    }

    function addStake(uint8 who, uint8 amount) external {
        address staker = address(uint160(0x57a4e0 + _stakers++));
        delegateFrom(staker, operators[who % OPERATORS].account, uint256(amount) * 0.1 ether + 1, 1 ether);
    }

    function loseStake(uint8 who) external {
        address staker = address(uint160(0x57a4e0 + who % (_stakers + 1)));
        vm.prank(staker);
        try delegation.undelegate(staker) {} catch {}
    }

    function reallocate(uint8 who, uint8 part) external {
        address operator = operators[who % OPERATORS].account;
        uint64 magnitude = uint64(part) * 0.003e18 + 1;
        try this.tryAllocate(operator, magnitude) {} catch {}
    }

    function update(uint8 who) external {
        address[] memory accounts = new address[](1);
        accounts[0] = operators[who % OPERATORS].account;
        coordinator.updateOperators(accounts);
    }

    function slash(uint8 who, uint8 part) external {
        address operator = operators[who % OPERATORS].account;
        vm.prank(address(tasks));
        manager.slash(operator, 0, uint256(part) * 0.001e18 + 1, "fuzz");
    }

    /// Time passes, and what was true in a block that is over is written down.
    function pass(uint8 blocks) external {
        uint32 past = uint32(block.number);
        _pass(uint256(blocks) % 80 + 1);
        if (memories.length < 60) {
            memories.push(Memory(past, 0, digestOf(past, 0)));
            memories.push(Memory(past, 1, digestOf(past, 1)));
        }
    }

    /// Everything that a certificate with this reference block depends on.
    function digestOf(uint32 blockNumber, uint8 quorum) public view returns (bytes32) {
        bytes memory numbers = bytes.concat(bytes1(quorum));
        bytes32[] memory ids = indices.getOperatorListAtBlockNumber(quorum, blockNumber);
        bytes32 state = keccak256(abi.encode(ids));
        for (uint256 i = 0; i < OPERATORS; i++) {
            state = keccak256(abi.encode(state, stakes.getStakeAtBlockNumber(operators[i].id, quorum, blockNumber)));
        }
        uint32 total = stakes.getTotalStakeIndicesAtBlockNumber(blockNumber, numbers)[0];
        uint32 apk = apks.getApkIndicesAtBlockNumber(numbers, blockNumber)[0];
        return keccak256(
            abi.encode(
                state,
                total,
                stakes.getTotalStakeAtBlockNumberFromIndex(quorum, blockNumber, total),
                apk,
                apks.getApkHashAtBlockNumberAndIndex(quorum, blockNumber, apk),
                _bitmaps(ids, blockNumber)
            )
        );
    }

    // --- what the invariants are about ---

    function checkQuorum(uint8 quorum) external view {
        uint256 count = 0;
        uint256 total = 0;
        BN254.G1Point memory sum;
        for (uint256 i = 0; i < OPERATORS; i++) {
            TestOperator memory operator = operators[i];
            bool isIn = indexInUse(quorum, operator);
            uint96 stake = stakes.getCurrentStake(operator.id, quorum);
            total += stake;
            if (isIn) {
                count++;
                sum = BN254.plus(sum, operator.g1);
                assertTrue(_isListed(quorum, operator.id), "listed");
            } else {
                assertEq(stake, 0, "who is out has no weight");
                assertTrue(!_isListed(quorum, operator.id), "and is not listed");
            }
            assertTrue(
                allocations.isMemberOfOperatorSet(operator.account, OperatorSet(address(manager), quorum)) == isIn,
                "operator set N is quorum N"
            );
        }
        assertEq(stakes.getCurrentTotalStake(quorum), total, "total is the sum");
        assertEq(indices.totalOperatorsForQuorum(quorum), count, "count");
        assertAtMost(count, maxOperators(), "never too many");
        BN254.G1Point memory apk = apks.getApk(quorum);
        assertTrue(apk.X == sum.X && apk.Y == sum.Y, "aggregate key is the sum");
    }

    function checkDirectory() external view {
        for (uint256 i = 0; i < OPERATORS; i++) {
            bool isIn = coordinator.getCurrentQuorumBitmap(operators[i].id) != 0;
            bool inDirectory = directory.avsOperatorStatus(address(manager), operators[i].account)
                == IAVSDirectory.OperatorAVSRegistrationStatus.REGISTERED;
            assertTrue(isIn == inDirectory, "in some quorum, in the directory");
        }
    }

    function checkMemories() external view {
        for (uint256 i = 0; i < memories.length; i++) {
            assertEq(digestOf(memories[i].blockNumber, memories[i].quorum), memories[i].digest, "the past stays");
        }
    }

    function membersOf(uint8 quorum) external view returns (uint256) {
        return indices.totalOperatorsForQuorum(quorum);
    }

    function weightOf(uint8 who, uint8 quorum) external view returns (uint96) {
        return stakes.getCurrentStake(operators[who].id, quorum);
    }

    function tryJoin(TestOperator memory operator, bytes memory numbers) external {
        join(operator, numbers);
    }

    function tryAllocate(address operator, uint64 magnitude) external {
        allocate(operator, 0, ETH, magnitude);
    }

    function _numbers(uint8 quorums) private pure returns (bytes memory) {
        bytes[3] memory choices = [bytes(hex"00"), bytes(hex"01"), bytes(hex"0001")];
        return choices[quorums % 3];
    }

    function _isListed(uint8 quorum, bytes32 id) private view returns (bool) {
        bytes32[] memory ids = indices.getOperatorListAtBlockNumber(quorum, uint32(block.number));
        for (uint256 i = 0; i < ids.length; i++) {
            if (ids[i] == id) return indices.currentOperatorIndex(quorum, id) == i;
        }
        return false;
    }

    function _bitmaps(bytes32[] memory ids, uint32 blockNumber) private view returns (uint256[] memory) {
        return retriever.getQuorumBitmapsAtBlockNumber(coordinator, ids, blockNumber);
    }
}

contract AvsInvariantsTest is Test {
    AvsHandler private _handler;

    function setUp() public {
        _handler = new AvsHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](10);
        selectors[0] = AvsHandler.register.selector;
        selectors[1] = AvsHandler.deregister.selector;
        selectors[2] = AvsHandler.leaveSets.selector;
        selectors[3] = AvsHandler.eject.selector;
        selectors[4] = AvsHandler.addStake.selector;
        selectors[5] = AvsHandler.loseStake.selector;
        selectors[6] = AvsHandler.reallocate.selector;
        selectors[7] = AvsHandler.update.selector;
        selectors[8] = AvsHandler.slash.selector;
        selectors[9] = AvsHandler.pass.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), selectors);
    }

    /// The steps do what they say, so that the invariants speak about something.
    function test_TheWalkMoves() public {
        for (uint8 i = 0; i < 4; i++) {
            _handler.register(i, 2);
        }
        assertEq(_handler.membersOf(0), 4, "joined");
        _handler.register(4, 0);
        assertEq(_handler.membersOf(0), 4, "full");
        _handler.pass(1);
        _handler.deregister(0, 1);
        _handler.leaveSets(1, 0);
        _handler.eject(2, 2);
        assertEq(_handler.membersOf(0), 2, "two left quorum 0");
        assertEq(_handler.membersOf(1), 2, "two left quorum 1");
        uint96 before = _handler.weightOf(3, 0);
        _handler.slash(3, 255);
        _handler.update(3);
        assertTrue(_handler.weightOf(3, 0) < before, "slashed");
        _handler.addStake(3, 200);
        _handler.update(3);
        assertTrue(_handler.weightOf(3, 0) > before, "gained");
        _handler.loseStake(0);
        _handler.reallocate(3, 255);
        _handler.pass(200);
        invariant_RegistriesBitmapsAndOperatorSetsAgree();
        invariant_ThePastStays();
    }

    function invariant_RegistriesBitmapsAndOperatorSetsAgree() public view {
        _handler.checkQuorum(0);
        _handler.checkQuorum(1);
        _handler.checkDirectory();
    }

    function invariant_ThePastStays() public view {
        _handler.checkMemories();
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }
}
