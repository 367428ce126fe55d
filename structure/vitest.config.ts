import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    // Packing, unpacking and loading every package takes its time on a busy machine.
    testTimeout: 180_000,
    hookTimeout: 180_000
  }
})
