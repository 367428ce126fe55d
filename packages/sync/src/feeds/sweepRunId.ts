import { RunId } from "@athena-engine/athena-core/ids/RunId"

/** The run of a sweep, beside the run of the changes that it follows. */
export const sweepRunId = (runId: RunId): RunId => RunId.make(`${runId}-sweep`)
