import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"

/** No published maximum of a URL's length; past this a list of departments is split. */
const longestList = 2000

/** Splits a practice's departments so that each list fits into a URL. */
export const departmentChunks = (ids: ReadonlyArray<DepartmentId>): ReadonlyArray<ReadonlyArray<DepartmentId>> => {
  const chunks: Array<Array<DepartmentId>> = []
  let length = Number.POSITIVE_INFINITY
  for (const id of ids) {
    length += id.length + 1
    if (length > longestList) {
      chunks.push([])
      length = id.length + 1
    }
    chunks.at(-1)?.push(id)
  }
  return chunks
}
