import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { IntlProvider } from "react-intl";
import { Problem, SignedOut } from "@/api/problems";
import { type Language, messagesOf, messagesThere } from "@/text/text";
import { Toasts } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";
import { usePreferences } from "./preferences";

const RETRIES = 2;

/** Refusals are final; what did not arrive, or was refused for lack of room, is asked for again. */
function retry(failures: number, error: unknown): boolean {
  if (error instanceof SignedOut) return false;
  if (error instanceof Problem && error.status !== 429 && error.status < 500) return false;
  return failures < RETRIES;
}

export function createQueries(): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache(),
    defaultOptions: {
      queries: { retry, staleTime: 2_000, refetchOnWindowFocus: true, refetchOnReconnect: true, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

export function Providers({ queries, children }: { queries: QueryClient; children: ReactNode }) {
  const { language } = usePreferences();
  const messages = useMessages(language);
  if (messages === null) return null;
  return (
    <IntlProvider locale={messages.language} messages={messages.texts}>
      <QueryClientProvider client={queries}>
        <TooltipProvider delayDuration={350} skipDelayDuration={200}>
          {children}
          <Toasts />
        </TooltipProvider>
      </QueryClientProvider>
    </IntlProvider>
  );
}

/** The texts of a language; while another one is loaded, those of the last. */
function useMessages(language: Language) {
  const [messages, setMessages] = useState(() => {
    const texts = messagesThere(language);
    return texts && { language, texts };
  });
  useEffect(() => {
    let current = true;
    void messagesOf(language).then((texts) => {
      if (!current) return;
      document.documentElement.lang = language;
      setMessages({ language, texts });
    });
    return () => {
      current = false;
    };
  }, [language]);
  return messages;
}
