/** The rules that reading a text as XML may break; their rows stand in `messageRules.ts`. */
export type XmlRuleId =
  | 'saml/message-size'
  | 'saml/encoding'
  | 'saml/xml-well-formed'
  | 'saml/xml-characters'
  | 'saml/xml-doctype'
  | 'saml/xml-processing-instruction'
  | 'saml/xml-namespaces'
  | 'saml/xml-duplicate-attribute'
  | 'saml/xml-limits'

/** Thrown inside the reader at the first thing that it does not read; never leaves `src/saml`. */
export class XmlFault extends Error {
  readonly rule: XmlRuleId
  readonly reason: string
  /** Where, in UTF-16 units from the beginning of the text. */
  readonly offset: number

  constructor(rule: XmlRuleId, reason: string, offset: number) {
    super(`${rule} (${reason}) at ${offset}`)
    this.rule = rule
    this.reason = reason
    this.offset = offset
  }
}

/** An offset as a person finds it: lines and columns from 1. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`
}
