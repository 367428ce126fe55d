import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    globalSetup: "test/support/bundleOnce.ts",
    // Most of the time is that of other processes, which are waited for.
    maxWorkers: 2
  }
})
