import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from "react";
import { classes } from "./classes";
import styles from "./combobox.module.css";

interface Props<T> {
  id?: string;
  label: string;
  placeholder?: string;
  value: string;
  onType: (value: string) => void;
  options: readonly T[];
  keyOf: (option: T) => string;
  render: (option: T) => ReactNode;
  onChoose: (option: T) => void;
  /** Enter, with nothing chosen from the list. */
  onEnter: () => void;
}

/** A text box with suggestions: arrows go through them, Enter takes one, Esc closes them. */
export function Combobox<T>(props: Props<T>) {
  const { id, label, placeholder, value, onType, options, keyOf, render, onChoose, onEnter } = props;
  const list = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const isOpen = open && options.length > 0;

  useEffect(() => {
    if (isOpen && active >= 0) document.getElementById(`${list}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [isOpen, active, list]);

  const choose = (option: T) => {
    setOpen(false);
    setActive(-1);
    onChoose(option);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((present) => (present + step + options.length + 1) % (options.length + 1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = isOpen ? options[active] : undefined;
      setOpen(false);
      if (option !== undefined) choose(option);
      else onEnter();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };

  return (
    <div className={styles.combobox}>
      <input
        id={id}
        className={styles.input}
        type="text"
        role="combobox"
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && active >= 0 && active < options.length ? `${list}-${active}` : undefined}
        placeholder={placeholder}
        value={value}
        onChange={(event) => {
          setOpen(true);
          setActive(-1);
          onType(event.target.value);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {isOpen ? (
        <div id={list} role="listbox" aria-label={label} className={styles.list}>
          {options.map((option, index) => (
            <div
              key={keyOf(option)}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={classes(styles.option, index === active && styles.active)}
              // Before the box loses the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                choose(option);
              }}
            >
              {render(option)}
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
