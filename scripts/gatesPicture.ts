import type { RuleRow } from '../src/core/rule.js'
import { messageRules } from '../src/saml/messageRules.js'
import { samlReplayRules } from '../src/saml/replay.js'
import { envelopeRules, rootRules } from '../src/saml/response/envelopeRules.js'
import { meaningRules } from '../src/saml/response/rules.js'
import { signatureRules } from '../src/saml/response/signatureRules.js'
import { samlUserRules } from '../src/saml/user.js'
import { replayRules, claimTimeRules } from '../src/tti/exchange/portRules.js'
import { trustedIssuerRules } from '../src/tti/exchange/trustedIssuerRules.js'
import { jwksRules } from '../src/tti/keys.js'
import { replayKeyRules } from '../src/tti/replay.js'
import { claimRules } from '../src/tti/token/claimRules.js'
import { formRules } from '../src/tti/token/formRules.js'
import { headerRules } from '../src/tti/token/headerRules.js'
import { issRules, keyRules } from '../src/tti/token/keyRules.js'
import { authorizationRules, mappingRules } from '../src/tti/user.js'
import { arrow, box, line, picture, text } from './svg.js'

interface Gate {
  readonly name: string
  /** What it decides, a line each. */
  readonly decides: readonly string[]
  readonly tables: readonly (readonly RuleRow[])[]
}

const samlGates: readonly Gate[] = [
  {
    name: 'message',
    decides: ['256 KB of UTF-8,', 'well-formed XML,', 'no DOCTYPE'],
    tables: [messageRules],
  },
  {
    name: 'envelope',
    decides: ['one Response, one', 'plain Assertion,', 'each ID once'],
    tables: [rootRules, envelopeRules],
  },
  {
    name: 'signature',
    decides: ['on where it stands,', 'in the one form,', 'by a trusted key'],
    tables: [signatureRules],
  },
  {
    name: 'meaning',
    decides: ['issuer, audience,', 'request, times,', 'subject, attributes'],
    tables: [meaningRules],
  },
  {
    name: 'person',
    decides: ['an enabled user', 'of that name, if', 'users are known'],
    tables: [samlUserRules],
  },
  {
    name: 'once',
    decides: ['presented for the', 'first time among', 'all processes'],
    tables: [samlReplayRules],
  },
]

const tokenGates: readonly Gate[] = [
  { name: 'form', decides: ['one compact JWS,', 'no JSON member', 'named twice'], tables: [formRules] },
  { name: 'header', decides: ['RS256, and no', 'word that alters', 'what it means'], tables: [headerRules] },
  {
    name: 'issuer',
    decides: ['trusted here, for', 'this application,', 'to the letter'],
    tables: [trustedIssuerRules, issRules],
  },
  {
    name: 'signature',
    decides: ['one fit key of', 'the issuer, by', 'which it verifies'],
    tables: [jwksRules, keyRules],
  },
  {
    name: 'claims',
    decides: ['sub, aud, times,', 'jti, the mapped', 'claim'],
    tables: [claimRules],
  },
  {
    name: 'person',
    decides: ['one user, who is', 'enabled and', 'assigned'],
    tables: [mappingRules, authorizationRules],
  },
  {
    name: 'once',
    decides: ['its id is claimed,', 'atomically, after', 'all the rest'],
    tables: [replayKeyRules, claimTimeRules, replayRules],
  },
]

const WIDTH = 1000
const MARGIN = 28

interface Track {
  readonly title: string
  readonly from: string
  readonly to: string
  readonly gates: readonly Gate[]
  /** The gate from which on only signed bytes are read. */
  readonly signed: string
  readonly y: number
}

function track({ title, from, to, gates, signed, y }: Track): string[] {
  const count = gates.length + 2
  const gap = 20
  const width = (WIDTH - 2 * MARGIN - (count - 1) * gap) / count
  const left = (index: number): number => Math.round(MARGIN + index * (width + gap))
  const middle = (index: number): number => left(index) + width / 2
  const end = count - 1
  const bar = y + 172
  return [
    text(MARGIN, y - 18, title, { size: 16, weight: 600, anchor: 'start' }),
    box(left(0), y, width, 62, 'jwt'),
    text(middle(0), y + 37, from, { size: 14, weight: 600, kind: 'jwt-ink' }),
    ...gates.flatMap((gate, at) => {
      const index = at + 1
      const rules = new Set(gate.tables.flat().map(({ id }) => id)).size
      return [
        arrow(left(index) - gap + 1, y + 31, left(index) - 1, y + 31),
        box(left(index), y, width, 62),
        text(middle(index), y + 28, gate.name, { size: 14, weight: 600 }),
        text(middle(index), y + 47, rules === 1 ? '1 rule' : `${rules} rules`, { size: 12, kind: 'soft' }),
        ...gate.decides.map((words, row) =>
          text(middle(index), y + 82 + row * 15, words, { size: 11, kind: 'soft' }),
        ),
        arrow(middle(index), y + 122, middle(index), bar - 1, 'stop'),
        ...(gate.name === signed
          ? [line(left(index) + width + 10, y - 8, left(index) + width + 10, y + 116, 'context-line', '3 4')]
          : []),
      ]
    }),
    arrow(left(end) - gap + 1, y + 31, left(end) - 1, y + 31),
    box(left(end), y, width, 62, 'pass'),
    text(middle(end), y + 37, to, { size: 14, weight: 600, kind: 'pass-ink' }),
    box(left(1), bar, left(end) - gap - left(1), 30, 'stop'),
    text(
      (left(1) + left(end) - gap) / 2,
      bar + 20,
      'refused: every finding of that gate, by rule, place and fix; nothing past it is believed',
      { size: 12.5, kind: 'stop-ink' },
    ),
  ]
}

/** How a Response and a token are judged, gate by gate, with the number of rules in each gate's tables. */
export function gatesPicture(): string {
  return picture(
    [WIDTH, 572],
    'The gates of a SAML Response and of an outside JWT. Each gate refuses, with all its findings, or lets the next one look.',
    [
      ...track({
        title: 'A SAML Response signs a person in',
        from: 'Response',
        to: 'Identity',
        gates: samlGates,
        signed: 'signature',
        y: 62,
      }),
      ...track({
        title: 'A JWT of a trusted token issuer is exchanged',
        from: 'JWT',
        to: 'tokens',
        gates: tokenGates,
        signed: 'signature',
        y: 324,
      }),
      text(MARGIN, 553, 'Right of the dotted line only bytes are read that a trusted key has signed.', {
        size: 12.5,
        anchor: 'start',
        kind: 'context-ink',
      }),
    ],
  )
}
