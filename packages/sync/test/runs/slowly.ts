import type { SimulatorOptions } from "@athena-engine/simulator/SimulatorOptions"

/** Days answer one after the other, so that a run can be stopped in its middle. */
export const slowly: SimulatorOptions = {
  limits: { tokensPerMinute: 1000 },
  faults: {
    rules: [
      {
        match: { route: "bookedMultipleDepartment" },
        fault: { kind: "latency", milliseconds: 60, upToMilliseconds: 400 }
      }
    ]
  }
}
