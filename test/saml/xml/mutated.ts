import type { Random } from './random.js'

/** What is put into a text to make of it one that no parser may read, or one that only some read. */
const TOKENS = ['<', '>', '/', '=', '"', "'", '&', ';', ':', '-', '.', '1', '!', '?', ' ', '\t', '\n', '\r', '\v', '\f', '\u0000', '\u0001', '\ufffe', '\uffff', '\ufeff', '\u00a0', '\u2028', '\u0085', 'é', '漢', '😀', '&amp', '&nbsp;', '&AMP;', '&#0;', '&#x1;', '&#xD800;', '&#xFFFE;', '&#x110000;', '&#65', '&#x;', '&#00000000000000065;', '<!--', '--', '-->', '<!---->', '<![CDATA[', ']]>', '<![CDATA[]]>', '<![cdata[x]]>', '<?x?>', '<?xml version="1.0"?>', '<?xml version="1.1"?>', '<!DOCTYPE a>', '<!DOCTYPE a [<!ENTITY b "c">]>', '<!ELEMENT a ANY>', ' xmlns=""', ' xmlns:a=""', ' xmlns:a="urn:q"', ' xmlns:q="urn:a"', ' xmlns="relative"', ' xmlns:q="urn:a b"', ' xmlns:xml="urn:a"', ' xmlns:q="http://www.w3.org/XML/1998/namespace"', ' xmlns="http://www.w3.org/2000/xmlns/"', ' xmlns:xmlns="urn:a"', ' a="1"', ' a:b="1"', ' b:b="1"', ' q:b="1"', ' :a="1"', ' a:="1"', ' a', '</a>', '<a>', '<a/>', '<b:a>', '<é/>', '<:a/>', '<a:b:c/>', 'xml', 'xmlns', 'XML'] as const // prettier-ignore

type Edit = (characters: readonly string[], random: Random) => string[]

function spliced(list: readonly string[], at: number, gone: number, ...more: readonly string[]): string[] {
  return [...list.slice(0, at), ...more, ...list.slice(at + gone)]
}

const insert: Edit = (characters, random) =>
  spliced(characters, random.below(characters.length + 1), 0, random.pick(TOKENS))

/** Where markup is, most insertions matter. */
const insertAtMarkup: Edit = (characters, random) => {
  const places = characters.flatMap((character, at) => (/[<>=/"'&;\s]/.test(character) ? [at, at + 1] : []))
  return places.length === 0
    ? insert(characters, random)
    : spliced(characters, random.pick(places), 0, random.pick(TOKENS))
}

const remove: Edit = (characters, random) =>
  spliced(characters, random.below(characters.length), 1 + random.below(random.pick([1, 3, 20])))

const replace: Edit = (characters, random) =>
  spliced(characters, random.below(characters.length), 1, random.pick(TOKENS))

const repeat: Edit = (characters, random) => {
  const from = random.below(characters.length)
  const span = characters.slice(from, from + 1 + random.below(30))
  return spliced(characters, random.pick([from, random.below(characters.length)]), 0, ...span)
}

const truncate: Edit = (characters, random) => {
  const at = random.below(characters.length + 1)
  return random.chance(0.5) ? characters.slice(0, at) : characters.slice(at)
}

const swap: Edit = (characters, random) => {
  const a = random.below(characters.length)
  const b = random.below(characters.length)
  return characters.map((character, at) => characters[at === a ? b : at === b ? a : at] ?? character)
}

const EDITS = [insert, insert, insertAtMarkup, insertAtMarkup, remove, replace, repeat, truncate, swap]

/** A text changed in one to three places. Characters stay whole: half a surrogate pair has no bytes to show a peer. */
export function mutated(text: string, random: Random): string {
  let characters: readonly string[] = [...text]
  for (let left = random.pick([1, 1, 2, 3]); left > 0 && characters.length > 0; left--)
    characters = random.pick(EDITS)(characters, random)
  return characters.join('')
}
