// What an error says, made to stand in a sentence of a page.

/** What browsers say of a part of the dashboard that they could not load: Chromium, Firefox and Safari. */
const NOT_LOADED = /dynamically imported module|Importing a module script failed/;
/** And of any other request that was not answered. */
const NOT_ANSWERED = /^(Failed to fetch|NetworkError when attempting to fetch resource|Load failed)$/;

/** Its first paragraph (libraries add addresses and versions below it), without the full stop that the sentence brings itself. */
export function phrase(message: string): string {
  const [paragraph = ""] = message.trim().split(/\n\s*\n/, 1);
  const words = paragraph.replace(/[\s.]+$/, "");
  if (NOT_LOADED.test(words))
    return "a part of this page could not be loaded from the dashboard’s server: see that it still runs, then load the page again, as a newer version may have taken its place";
  if (NOT_ANSWERED.test(words))
    return "a server that this page asks cannot be reached: see that it runs, and try again";
  return words;
}
