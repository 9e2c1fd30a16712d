/** The button that opens a call holds its path, as a link of its own. A link in a button is reached by no keyboard, and the button
 * does all that it would: here it is plain text. */

interface System {
  React: { createElement: (type: string, props: null, text: string) => unknown };
}

export function plainPaths(system: System) {
  return {
    wrapComponents: {
      // biome-ignore lint/correctness/noComponentHookFactories: Swagger UI asks for its components once
      DeepLink:
        () =>
        ({ text }: { text: string }) =>
          system.React.createElement("span", null, text),
    },
  };
}
