/** Joins the test cluster in a folder, prints the server's process id, and stays until killed. */
import { Console, Effect } from "effect"
import * as TestCluster from "../../src/testing/TestCluster.ts"

await Effect.runPromise(
  TestCluster.join(process.argv[2]).pipe(
    Effect.flatMap(({ pid }) => Console.log(String(pid))),
    Effect.andThen(Effect.sleep("60 seconds"))
  )
)
