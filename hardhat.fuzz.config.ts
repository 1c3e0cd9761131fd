// Runs the fuzz tests longer than the ordinary tests do, for `npm run fuzz`.
import { defineConfig } from "hardhat/config";
import base from "./hardhat.config.ts";

export default defineConfig({ ...base, test: { solidity: { fuzz: { runs: 2048 } } } });
