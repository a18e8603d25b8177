import { abacRules, lintRules } from '../src/abac/index.js'
import { assumeRoleRows } from '../src/center/assumeRole.js'
import { configRules } from '../src/center/configRules.js'
import { portalConfigRules } from '../src/center/portalConfigRules.js'
import { unservedRow } from '../src/center/reply.js'
import { portalApiRules } from '../src/center/portal/rules.js'
import { sessionRules } from '../src/center/session.js'
import { sigV4Rules } from '../src/center/sigv4.js'
import { stsQueryRules } from '../src/center/sts/query.js'
import { tokenRows } from '../src/center/tokenEndpoint.js'
import { unverifiedRow } from '../src/cli/commands/abacTags.js'
import { browserRows } from '../src/center/browser/visit.js'
import { grantConfigRules } from '../src/center/grantConfig.js'
import { jsonBodyRow } from '../src/center/jsonBody.js'
import { authorizeRules, grantRules } from '../src/oauth/index.js'
import { decisionRules, policyRules } from '../src/core/policy/index.js'
import type { RuleRow } from '../src/core/rule.js'
import { emergencyRules } from '../src/directory/emergency/rules.js'
import { portalRules } from '../src/directory/portal/rules.js'
import { PORTAL_SYMPTOMS } from '../src/directory/portal/symptoms.js'
import { sourceRules } from '../src/directory/source/rules.js'
import { usersRules } from '../src/directory/usersRules.js'
import { signInRules } from '../src/oauth/index.js'
import { SIGN_IN_MESSAGES } from '../src/saml/outwardMessage.js'
import { samlRules } from '../src/saml/rules.js'
import { exchangeRules, roleSessionRules, type ExchangeRuleRow } from '../src/tti/index.js'

/** docs/rules.md, from the tables that the checks themselves stand in. */
export function rulesMarkdown(): string {
  return [
    '# Rules',
    '',
    'Generated from the rule tables by `npm run docs`. Sources: R-numbers are the requirements extracted from the guide of',
    'AWS IAM Identity Center, C-numbers its contradictions, "attack" the catalogue of attack classes.',
    '',
    ...section('SAML', samlRules),
    ...section('The exchange', exchangeRules, 'The answer is what the caller over the wire is told.'),
    ...section(
      'Grants of public clients',
      grantRules,
      'The answer is what the client over the wire is told.',
    ),
    ...section('The authorization endpoint', authorizeRules),
    ...section('Role sessions', roleSessionRules),
    ...section('Sign-in, at the client', signInRules),
    ...section('Policies', [...policyRules, ...decisionRules]),
    ...section(
      'Traps of policies for attribute-based access control',
      lintRules,
      'Warnings: none of them makes a policy invalid.',
    ),
    ...section('Attributes for access control', [...abacRules, unverifiedRow]),
    ...section('Users', usersRules),
    ...section('The portal', portalRules),
    ...section('Identity sources', sourceRules),
    ...section('Emergency access', emergencyRules),
    ...section('The center', [
      ...configRules,
      ...portalConfigRules,
      ...sessionRules,
      ...Object.values(assumeRoleRows),
      ...grantConfigRules,
      ...Object.values(tokenRows),
      jsonBodyRow,
      ...Object.values(browserRows),
      unservedRow,
      ...portalApiRules,
    ]),
    ...section(
      'Signatures and STS queries',
      [...sigV4Rules, ...stsQueryRules].map(({ id, severity, source, title, fix }) => ({
        id,
        severity,
        source,
        title,
        fix,
      })),
    ),
    ...symptoms(),
  ].join('\n')
}

/** What people see, which names no rule. */
function symptoms(): string[] {
  const pages = Object.values(SIGN_IN_MESSAGES).map(({ text, check, source }) => ({
    symptom: `"${text}" at sign-in`,
    cause: 'Many: `check response` names the rule behind it.',
    fix: check.join(' '),
    source,
  }))
  const columns = ['what people see', 'why', 'what to do', 'source']
  return [
    '## What people see',
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...[...pages, ...PORTAL_SYMPTOMS].map(({ symptom, cause, fix, source }) =>
      row([symptom, cause, fix, source]),
    ),
    '',
  ]
}

function section(
  title: string,
  rules: readonly (RuleRow & Partial<ExchangeRuleRow>)[],
  note?: string,
): string[] {
  const answers = rules.some(({ answer }) => answer !== undefined)
  const columns = ['rule', 'what must hold', 'what to change', 'source', ...(answers ? ['answer'] : [])]
  // The same row serves where a rule is asked at two places.
  const unique = rules.filter(({ id }, index) => rules.findIndex((rule) => rule.id === id) === index)
  return [
    `## ${title}`,
    '',
    ...(note === undefined ? [] : [note, '']),
    row(columns),
    row(columns.map(() => '---')),
    ...unique.map(({ id, severity, title: what, fix, source, answer }) =>
      row([
        `\`${id}\`${severity === 'warning' ? ' (warning)' : ''}`,
        what,
        fix,
        source,
        ...(answers ? [answer ?? ''] : []),
      ]),
    ),
    '',
  ]
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
