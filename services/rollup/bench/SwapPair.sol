// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

interface IToken {
    function balanceOf(address account) external view returns (uint256);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// @notice A constant-product pair for the benchmark of swaps: reserves in one slot, price accumulators, a lock, a fee of
/// 0.3 % and the check of the invariant, as pairs of the kind of Uniswap V2 have them.
contract SwapPair {
    IToken private immutable token0;
    IToken private immutable token1;
    uint112 private reserve0;
    uint112 private reserve1;
    uint32 private updatedAt;
    uint256 private price0Cumulative;
    uint256 private price1Cumulative;
    uint256 private unlocked = 1;

    event Sync(uint112 reserve0, uint112 reserve1);
    event Swap(address indexed sender, uint256 amountIn, uint256 amountOut, address indexed to);

    constructor(IToken first, IToken second) {
        token0 = first;
        token1 = second;
    }

    /// @notice Takes what the pair was sent as its reserves.
    function sync() external {
        _update(token0.balanceOf(address(this)), token1.balanceOf(address(this)));
    }

    /// @notice Sells `amountIn` of the first token.
    function swap(uint256 amountIn, uint256 amountOutMin, address to) external {
        require(unlocked == 1, "locked");
        unlocked = 0;
        (uint256 first, uint256 second) = (reserve0, reserve1);
        uint256 withFee = amountIn * 997;
        uint256 amountOut = (withFee * second) / (first * 1000 + withFee);
        require(amountOut >= amountOutMin && amountOut < second, "amount");
        require(token0.transferFrom(msg.sender, address(this), amountIn), "in");
        require(token1.transfer(to, amountOut), "out");
        (uint256 balance0, uint256 balance1) = (token0.balanceOf(address(this)), token1.balanceOf(address(this)));
        uint256 paid = balance0 - first;
        require((balance0 * 1000 - paid * 3) * balance1 * 1000 >= first * second * 1000 ** 2, "K");
        _update(balance0, balance1);
        emit Swap(msg.sender, amountIn, amountOut, to);
        unlocked = 1;
    }

    function _update(uint256 balance0, uint256 balance1) private {
        unchecked {
            uint32 elapsed = uint32(block.timestamp) - updatedAt;
            if (elapsed > 0 && reserve0 != 0) {
                price0Cumulative += (uint256(reserve1) << 112) / reserve0 * elapsed;
                price1Cumulative += (uint256(reserve0) << 112) / reserve1 * elapsed;
            }
        }
        (reserve0, reserve1, updatedAt) = (uint112(balance0), uint112(balance1), uint32(block.timestamp));
        emit Sync(reserve0, reserve1);
    }
}
