import { storableJson } from "./storable.ts"

/**
 * Ids as one parameter, `jsonb_array_elements_text(${idList(ids)}::text::jsonb)` in a statement. The driver sends a text as
 * it is, and would encode an array value by value; and a join with the ids stays quick in every plan, where `= any` of a
 * long array may be searched from its beginning for every row.
 */
export const idList = (ids: ReadonlyArray<string>): string => storableJson(ids)
