// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IStrategy} from "./interfaces/IStrategy.sol";

// Stands for ETH among strategies, at the public contracts' address for it.
IStrategy constant NATIVE_ETH_STRATEGY = IStrategy(0xbeaC0eeEeeeeEEeEeEEEEeeEEeEeeeEeeEEBEaC0);

// One, in magnitudes, scaling factors and parts of a slash.
uint64 constant WAD = 1e18;

/// Arithmetic of slashed shares. Everything a staker can take out is rounded down and everything taken from it up, so that
/// the sum of all claims never exceeds what is held.
library SlashingMath {
    /// Part `wad` of `value`, rounded down.
    function mulWad(uint256 value, uint256 wad) internal pure returns (uint256) {
        return Math.mulDiv(value, wad, WAD);
    }

    function mulWadUp(uint256 value, uint256 wad) internal pure returns (uint256) {
        return Math.mulDiv(value, wad, WAD, Math.Rounding.Ceil);
    }

    function divWad(uint256 value, uint256 wad) internal pure returns (uint256) {
        return Math.mulDiv(value, WAD, wad);
    }

    /// Shares that can be withdrawn of deposit shares.
    /// @param scalingFactor the staker's, >= WAD
    /// @param magnitude the operator's maximal magnitude
    function withdrawable(uint256 depositShares, uint256 scalingFactor, uint256 magnitude)
        internal
        pure
        returns (uint256)
    {
        return mulWad(mulWad(depositShares, scalingFactor), magnitude);
    }

    /// The scaling factor with which `addedShares` more deposit shares make exactly as many more withdrawable ones.
    /// INVARIANT: factor * magnitude <= WAD^2, so nobody can ever withdraw more than was deposited.
    function scalingFactorAfterDeposit(
        uint256 priorShares,
        uint256 addedShares,
        uint256 scalingFactor,
        uint256 magnitude
    ) internal pure returns (uint256) {
        if (priorShares == 0) return divWad(WAD, magnitude);
        uint256 available = withdrawable(priorShares, scalingFactor, magnitude) + addedShares;
        return divWad(divWad(available, priorShares + addedShares), magnitude);
    }
}
