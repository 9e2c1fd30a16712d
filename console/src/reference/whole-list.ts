/** From 150 calls and tags on, Swagger UI renders only what is in the window: nothing else is found by the browser's search, or
 * read out. Its list is rendered tag by tag here, and each of them is short enough to be there whole. */

interface Tags {
  size: number;
  keySeq: () => { toArray: () => string[] };
  filter: (keep: (operations: unknown, tag: string) => boolean) => Tags;
}

interface Props {
  specSelectors: { taggedOperations: () => Tags };
}

interface System {
  React: { createElement: (type: unknown, props: unknown, ...children: unknown[]) => unknown };
}

export function wholeList() {
  return {
    wrapComponents: {
      operations:
        (List: unknown, { React }: System) =>
        (props: Props) => {
          const tags = props.specSelectors.taggedOperations();
          if (tags.size === 0) return React.createElement(List, props);
          const lists = tags
            .keySeq()
            .toArray()
            .map((name) => {
              const taggedOperations = () => tags.filter((_operations, tag) => tag === name);
              return React.createElement(List, {
                ...props,
                key: name,
                specSelectors: { ...props.specSelectors, taggedOperations },
              });
            });
          return React.createElement("div", null, ...lists);
        },
    },
  };
}
