import { Context, Layer } from "effect"
import { inject } from "vitest"

/** The program as it is shipped: the path to start. */
export class Shipped extends Context.Service<Shipped, string>()("sync-cli/test/support/Shipped") {
  static readonly layer = Layer.sync(Shipped, () => inject("shipped"))
}
