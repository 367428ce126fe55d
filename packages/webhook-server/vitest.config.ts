import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    globalSetup: "test/support/bundleOnce.ts",
    // Starting a server from cold on a busy machine takes its time.
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
