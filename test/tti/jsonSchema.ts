type Schema = Readonly<Record<string, unknown>>

const NOTES = ['$schema', '$id', 'title', 'description']

/**
 * What in a value breaks a JSON Schema, for the few keywords that schema.json uses. Any other keyword throws, so that
 * nothing in the schema goes unchecked.
 */
export function schemaFaults(schema: unknown, value: unknown, path = '$'): readonly string[] {
  return Object.entries(schema as Schema).flatMap(([keyword, argument]): readonly string[] => {
    if (NOTES.includes(keyword)) return []
    const check = keywords[keyword]
    if (!check) throw new Error(`The keyword ${keyword} is not known here.`)
    return check(argument as never, value, path, schema as Schema)
  })
}

type Check = (argument: never, value: unknown, path: string, schema: Schema) => readonly string[]

const keywords: Readonly<Record<string, Check>> = {
  type: (type: string, value, path) => (typeOf(value) === type ? [] : [`${path} is not of type ${type}`]),
  enum: (choices: readonly unknown[], value, path) =>
    choices.includes(value) ? [] : [`${path} is none of the choices`],
  const: (constant: unknown, value, path) => (value === constant ? [] : [`${path} is another constant`]),
  pattern: (pattern: string, value, path) =>
    typeof value !== 'string' || new RegExp(pattern, 'u').test(value) ? [] : [`${path} has another form`],
  minLength: (least: number, value, path) =>
    typeof value !== 'string' || value.length >= least ? [] : [`${path} is too short`],
  minimum: (least: number, value, path) =>
    typeof value !== 'number' || value >= least ? [] : [`${path} is too small`],
  required: (names: readonly string[], value, path) =>
    names.filter((name) => !(name in membersOf(value))).map((name) => `${path}.${name} is missing`),
  properties: (properties: Schema, value, path) =>
    Object.entries(properties).flatMap(([name, schema]) =>
      Object.hasOwn(membersOf(value), name)
        ? schemaFaults(schema, membersOf(value)[name], `${path}.${name}`)
        : [],
    ),
  additionalProperties: (allowed: boolean, value, path, { properties }) =>
    Object.keys(membersOf(value))
      .filter((name) => !allowed && !Object.hasOwn(properties as Schema, name))
      .map((name) => `${path}.${name} is not known`),
  items: (schema: Schema, value, path) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => schemaFaults(schema, item, `${path}[${index}]`))
      : [],
  allOf: (schemas: readonly Schema[], value, path) =>
    schemas.flatMap((one) => schemaFaults(one, value, path)),
  if: (condition: Schema, value, path, { then }) =>
    schemaFaults(condition, value, path).length === 0 ? schemaFaults(then, value, path) : [],
  then: () => [],
}

function membersOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {}
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}
