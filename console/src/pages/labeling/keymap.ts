/** The keys as the account has set them. */
import { useCallback, useMemo } from "react";
import { useChoosePreferences } from "@/app/account-preferences";
import { usePreferences } from "@/app/preferences";
import { differing, type Keymap, keymapOf } from "@/labeling/keys";

export function useKeymap(): Keymap {
  const { keys } = usePreferences();
  return useMemo(() => keymapOf(keys), [keys]);
}

export function useSetKeymap(): (keymap: Keymap) => void {
  const choose = useChoosePreferences();
  return useCallback((keymap) => choose({ keys: differing(keymap) }), [choose]);
}
