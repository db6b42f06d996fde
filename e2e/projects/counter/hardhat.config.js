import hardhatViem from '@nomicfoundation/hardhat-viem';
import { defineConfig } from 'hardhat/config';

export default defineConfig({
  plugins: [hardhatViem],
  // The compiler that the project installed: nothing is downloaded.
  solidity: { version: process.env.SOLC_VERSION, path: process.env.SOLC_PATH },
  networks: { layer: { type: 'http', url: process.env.LAYER_RPC, accounts: [process.env.LAYER_KEY] } },
});
