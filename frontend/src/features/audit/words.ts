/** `user.reactivated` → "User reactivated": codes of the record as words, without a list to maintain. */
export function actionWords(action: string): string {
  const words = action.replace(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
