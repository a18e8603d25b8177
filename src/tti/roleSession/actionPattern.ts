const MAX_LENGTH = 256

/**
 * Whether an action pattern of a policy (`sts:*`, `s3:Get?bject`) covers an action. IAM compares actions without
 * regard to case, so `sts:setContext` is `sts:SetContext`. In time bounded by the product of the lengths.
 */
export function actionMatches(pattern: string, action: string): boolean {
  if (pattern.length > MAX_LENGTH || action.length > MAX_LENGTH) return false
  const wild = pattern.toLowerCase()
  const text = action.toLowerCase()
  let at = 0
  let star = -1
  let resume = 0
  for (let read = 0; read < text.length;) {
    if (wild[at] === '*') {
      star = at++
      resume = read
    } else if (wild[at] === '?' || wild[at] === text[read]) {
      at++
      read++
    } else if (star >= 0) {
      at = star + 1
      read = ++resume
    } else return false
  }
  while (wild[at] === '*') at++
  return at === wild.length
}
