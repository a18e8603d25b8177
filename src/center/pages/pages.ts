import type { User } from '../../core/identity.js'
import type { ConsentView } from '../../oauth/index.js'
import { html, type Html } from './html.js'
import type { Page } from './page.js'

const MAX_LISTED = 50

/** A form's proof that this center made it, for the browser that got it. */
export interface FormProof {
  readonly csrf: string
}

/** Everybody of the directory to choose from: there are no passwords. */
export function signInPage(
  { users, returnTo, problem }: { users: readonly User[]; returnTo: string; problem?: string | undefined },
  { csrf }: FormProof,
): Page {
  const listed = users.slice(0, MAX_LISTED)
  return {
    title: 'Sign in',
    body: html`
      ${problem !== undefined && html`<p class="bad" role="alert">${problem}</p>`}
      <h1>Who are you?</h1>
      <p class="soft">Choose a person of the directory to go on as.</p>
      <form method="post" action="/signin">
        ${hidden({ csrf, return: returnTo })}
        <ul class="people">
          ${listed.map(
            ({ userId, userName, displayName, status }) => html`
              <li>
                <button name="user_id" value="${userId}" ${status === 'ENABLED' ? undefined : html`disabled`}>
                  <strong>${displayName ?? userName}</strong>
                  <span>${userName}${status === 'ENABLED' ? '' : ' (disabled)'}</span>
                </button>
              </li>
            `,
          )}
        </ul>
      </form>
      ${
        users.length > MAX_LISTED &&
        html`<form method="post" action="/signin">
          ${hidden({ csrf, return: returnTo })}
          <label for="user_name">Or somebody else, by user name</label>
          <input id="user_name" name="user_name" required autocomplete="off" spellcheck="false" />
          <div class="actions"><button class="primary">Continue</button></div>
        </form>`
      }
      <p class="note">
        This center is for development. It has no passwords and is served on this machine alone: whoever opens
        this page here can be anybody.
      </p>
    `,
  }
}

/** What an application of a browser asks for (R206). */
export function consentPage(view: ConsentView, { csrf }: FormProof, action: string): Page {
  return {
    title: 'Allow access?',
    body: html`
      <h1>Allow ${view.applicationName} to access your data?</h1>
      <p class="soft">Only allow it if you have just started this application yourself.</p>
      ${scopeList(view)}
      <form method="post" action="${action}">${hidden({ csrf })}${decisionButtons()}</form>
    `,
  }
}

/** Where the code is entered that a device shows. */
export function userCodePage(
  { userCode = '', problem }: { userCode?: string | undefined; problem?: string | undefined },
  { csrf }: FormProof,
): Page {
  return {
    title: 'Connect a device',
    body: html`
      ${problem !== undefined && html`<p class="bad" role="alert">${problem}</p>`}
      <h1>Enter the code of your device</h1>
      <p class="soft">It is shown where you started to sign in, such as <code>BCDF-GHJK</code>.</p>
      <form method="post" action="/device">
        ${hidden({ csrf })}
        <label for="user_code">Code</label>
        <input
          id="user_code"
          name="user_code"
          value="${userCode}"
          required
          maxlength="40"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          autofocus
        />
        <div class="actions"><button class="primary" name="step" value="verify">Continue</button></div>
      </form>
    `,
  }
}

/** What a device asks for, with the code to compare (R211; attack O15). */
export function deviceConsentPage(
  view: ConsentView & { readonly userCode: string },
  { csrf }: FormProof,
): Page {
  return {
    title: 'Allow access?',
    body: html`
      <h1>Allow ${view.applicationName} to access your data?</h1>
      <p>Compare the code with the one that your device shows.</p>
      <p><strong class="code">${view.userCode}</strong></p>
      <p class="note">
        If somebody sent you this code or a link to it, choose Deny: they would get access in your name.
      </p>
      ${scopeList(view)}
      <form method="post" action="/device">
        ${hidden({ csrf, user_code: view.userCode })}${decisionButtons()}
      </form>
    `,
  }
}

/** The person's own place: where the access portal will be. */
export function startPage({ userName, displayName }: User): Page {
  return {
    title: 'Signed in',
    body: html`
      <h1>Hello, ${displayName ?? userName}</h1>
      <p class="soft">You are signed in. Applications that ask for access send you here by themselves.</p>
      <p><a href="/device">Enter the code of a device</a></p>
    `,
  }
}

/** A page that only says something. */
export function messagePage(title: string, ...paragraphs: readonly string[]): Page {
  return {
    title,
    body: html`<h1>${title}</h1>
      ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}`,
  }
}

/** Under every page of somebody who is signed in. */
export function signedInFooter({ userName }: User, { csrf }: FormProof, returnTo: string): Html {
  return html`<form class="who" method="post" action="/signout">
    ${hidden({ csrf, return: returnTo })}<span>Signed in as ${userName}</span
    ><button>Use another person</button>
  </form>`
}

function scopeList({ scopes }: ConsentView): Html {
  return html`<h2>It asks to</h2>
    <ul class="scopes">
      ${scopes.map(({ scope, description }) => html`<li>${description}<code>${scope}</code></li>`)}
    </ul>`
}

function decisionButtons(): Html {
  return html`<div class="actions">
    <button class="primary" name="decision" value="approve">Allow access</button>
    <button name="decision" value="deny">Deny</button>
  </div>`
}

function hidden(values: Readonly<Record<string, string>>): readonly Html[] {
  return Object.entries(values).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
}
