/**
 * How filler begins, by language: openings that speak of the text or its writer instead of what is in it. Data; what
 * people write themselves ("The user guide", "The text is cut on code points", "This method returns") is none of it.
 */

export interface Openings {
  readonly language: string;
  /** "This chunk": no more is needed to know. */
  readonly alone: readonly string[];
  /** "The text", "The user": filler with one of the verbs behind them. */
  readonly subjects: readonly string[];
  readonly verbs: readonly string[];
}

/** Parts of regular expressions, lower case. A space stands for any run of white space, `…` for up to three words and the space behind each. */
export const openings: readonly Openings[] = [
  {
    language: "English",
    alone: [
      "th(?:is|e (?:given|provided|above|following)) (?:text|code |conversation |chat |log |markdown )?(?:chunk|passage|excerpt|snippet|text|fragment)",
      "this (?:conversation|discussion|dialogue|exchange|chat)",
      "(?:in|within) th(?:is|e (?:given|provided|above)) (?:text |code )?(?:chunk|text|passage|excerpt|snippet|fragment|conversation|discussion|message|exchange)",
      "(?:here is|here's|below is) (?:a|the|your|my) …(?:summary|description|json)",
      "(?:summary|description|answer|output) ?:",
      "(?:sure|certainly|of course|okay|ok|absolutely)[,!]",
      "(?:as an ai|i am an ai|i'm an ai|i cannot|i can't|i'm sorry|i am sorry)",
      "the (?:chunk|passage|excerpt|snippet)",
      // Without an article, "user requests" and "user reports" are things.
      "(?:user|assistant|speaker) (?:asks|asked|wants|wanted|seeks|inquires|discusses|describes|explains|is asking|is requesting)",
      "an? …(?:chunk|passage|excerpt|snippet) (?:of text |of code )?(?:about|discussing|describing|showing|(?:that|which) (?:describes|discusses|explains|shows|contains|outlines))",
    ],
    subjects: [
      "(?:the|this) (?:user|users|human|speaker|author|writer|person|assistant|ai assistant|ai|developer)(?:'s (?:message|question|request|query))?",
      "(?:the|this|a) (?:given |provided |above |following |short |long |technical |user's )?(?:text|message|content|document|conversation|discussion|dialogue|chat|exchange|paragraph|entry|article|note|post|comment)",
      "(?:the|this) (?:provided |given |above )?(?:code|script|log|output|file|commit)",
    ],
    verbs: [
      "(?:also |then |further )?(?:discuss|describ|explain|mention|outlin|summari[sz]|highlight|illustrat|demonstrat|introduc|elaborat|emphasi[sz]|inquir|express|acknowledg|clarif|report|suggest|shar)(?:es|s|ies|ed|ing)",
      "(?:also )?(?:talks? about|deals? with|refers? to|focus(?:es)? on|revolves? around|appears? to|seems? to|consists? of|is about|is asking|is requesting|is discussing|is describing|is a (?:discussion|conversation|description|summary|request|question|message))",
      "(?:asks?|asked|wants?|wanted|requests?|requested|seeks?|wonders?|would like|wishes|says|said|states|stated|thanks|greets)",
    ],
  },
  {
    language: "German",
    alone: [
      "(?:dieser|der (?:vorliegende|gegebene|obige)) (?:text(?:abschnitt|auszug|ausschnitt)?|chunk|abschnitt|auszug|ausschnitt|codeausschnitt)",
      "dieses? (?:textfragment|fragment|gespräch|textstück|snippet)",
      "diese (?:konversation|unterhaltung|passage|textpassage)",
      "in (?:diesem|dem vorliegenden) (?:text(?:abschnitt)?|chunk|abschnitt|auszug|gespräch)",
      "(?:hier ist|es folgt) (?:eine|die) zusammenfassung",
      "zusammenfassung ?:",
    ],
    subjects: [
      "(?:der|die) (?:benutzer|benutzerin|nutzer|nutzerin|anwender|anwenderin|autor|autorin|verfasser|sprecher|assistent|person)",
      "(?:der text|das dokument|die nachricht|das gespräch|die unterhaltung|der abschnitt|der code|die diskussion|der artikel)",
    ],
    verbs: [
      "(?:beschreibt|behandelt|handelt|erklärt|erläutert|diskutiert|erwähnt|berichtet|stellt dar|fasst|spricht|thematisiert|befasst|beschäftigt|geht)",
      "(?:fragt|möchte|will|bittet|wünscht|sucht|sagt|teilt mit|äußert)",
    ],
  },
  {
    language: "French",
    alone: [
      "(?:ce|cet|cette) (?:texte|passage|fragment|extrait|chunk|morceau|conversation|discussion|message)",
      "dans (?:ce|cet|cette) (?:texte|passage|fragment|extrait|conversation|message)",
      "voici (?:un|le) résumé",
      "résumé ?:",
    ],
    subjects: [
      "l['’](?:utilisateur|utilisatrice|auteur|assistant|extrait|article)",
      "(?:le|la) (?:texte|passage|document|message|conversation|discussion|code)",
    ],
    verbs: [
      "(?:décrit|traite|explique|parle|présente|discute|mentionne|aborde|évoque|détaille|porte sur|semble)",
      "(?:demande|souhaite|veut|voudrait|cherche|dit|indique|pose)",
    ],
  },
  {
    language: "Spanish",
    alone: [
      "est[ea] (?:texto|fragmento|chunk|pasaje|extracto|mensaje|conversación)",
      "en est[ea] (?:texto|fragmento|pasaje|conversación|mensaje)",
      "(?:aquí está|este es) (?:un|el) resumen",
      "resumen ?:",
    ],
    subjects: [
      "(?:el|la) (?:usuario|usuaria|autor|autora|asistente|persona)",
      "(?:el|la) (?:texto|fragmento|documento|mensaje|conversación|discusión|código|artículo)",
    ],
    verbs: [
      "(?:describe|trata|explica|habla|discute|presenta|menciona|aborda|detalla|parece|se centra|se refiere)",
      "(?:pregunta|quiere|solicita|pide|desea|busca|dice|indica|consulta)",
    ],
  },
  {
    language: "Portuguese",
    alone: [
      "est[ea] (?:texto|trecho|fragmento|chunk|passagem|mensagem|conversa)",
      "nest[ea] (?:texto|trecho|passagem|conversa|mensagem)",
      "resumo ?:",
    ],
    subjects: [
      "[oa] (?:usuári[oa]|utilizador|utilizadora|autor|autora|assistente)",
      "[oa] (?:texto|trecho|documento|mensagem|conversa|discussão|código|artigo)",
    ],
    verbs: [
      "(?:descreve|trata|explica|fala|discute|apresenta|menciona|aborda|detalha|parece|refere)",
      "(?:pergunta|quer|solicita|pede|deseja|busca|procura|diz|indica)",
    ],
  },
  {
    language: "Italian",
    alone: [
      "quest[oa] (?:testo|brano|frammento|chunk|passaggio|estratto|messaggio|conversazione)",
      "in quest[oa] (?:testo|brano|frammento|passaggio|conversazione|messaggio)",
      "(?:ecco un )?riassunto ?:",
    ],
    subjects: [
      "l['’](?:utente|autore|autrice|assistente|articolo)",
      "(?:il|la) (?:testo|brano|documento|messaggio|conversazione|discussione|codice)",
    ],
    verbs: [
      "(?:descrive|tratta|spiega|parla|discute|presenta|menziona|affronta|illustra|sembra|riguarda)",
      "(?:chiede|vuole|vorrebbe|richiede|desidera|cerca|dice|indica)",
    ],
  },
  {
    language: "Dutch",
    alone: [
      "(?:deze (?:tekst|passage|chunk|conversatie)|dit (?:fragment|stuk|gesprek|bericht|tekstfragment))",
      "in (?:deze (?:tekst|passage)|dit (?:fragment|gesprek|bericht))",
      "samenvatting ?:",
    ],
    subjects: [
      "de (?:gebruiker|auteur|schrijver|assistent)",
      "(?:de tekst|het document|het bericht|het gesprek|de code)",
    ],
    verbs: ["(?:beschrijft|behandelt|bespreekt|legt uit|gaat over|vermeldt|lijkt)", "(?:vraagt|wil|wenst|zoekt|zegt)"],
  },
  {
    language: "Polish",
    alone: ["(?:ten (?:tekst|fragment|artykuł)|ta (?:rozmowa|wiadomość))", "w tym (?:tekście|fragmencie)"],
    subjects: ["użytkownik", "autor", "(?:tekst|fragment|dokument|wiadomość|rozmowa)"],
    verbs: ["(?:opisuje|omawia|wyjaśnia|przedstawia|dotyczy)", "(?:pyta|chce|prosi|chciałby|mówi)"],
  },
  {
    language: "Russian",
    alone: [
      "(?:этот|данный) (?:текст|фрагмент|отрывок|чанк|диалог|разговор)",
      "в (?:этом|данном) (?:тексте|фрагменте|отрывке|сообщении|разговоре)",
    ],
    subjects: ["пользователь", "автор", "(?:текст|фрагмент|документ|отрывок)"],
    verbs: [
      "(?:описывает|рассказывает|обсуждает|объясняет|содержит|посвящ[её]н)",
      "(?:спрашивает|хочет|просит|желает|говорит)",
    ],
  },
  {
    language: "Hebrew",
    alone: ["(?:טקסט|קטע|שיחה) ז(?:ה|ו|את)"],
    subjects: ["ה(?:טקסט|קטע|שיחה|משתמש|משתמשת|מחבר)"],
    verbs: ["(?:מתאר|מתארת|דן|דנה|עוסק|עוסקת|מסביר|מסבירה)", "(?:שואל|שואלת|מבקש|מבקשת|רוצה)"],
  },
  {
    language: "Arabic",
    alone: [
      "(?:هذا (?:النص|المقطع)|هذه (?:المحادثة|الفقرة))",
      "(?:يصف|يناقش|يتحدث|يشرح) (?:هذا )?النص",
      "(?:يسأل|يريد|يطلب) المستخدم",
    ],
    subjects: ["النص", "المستخدم", "الكاتب"],
    verbs: ["(?:يصف|يناقش|يتحدث|يشرح|يسأل|يريد|يطلب)"],
  },
  {
    language: "Turkish",
    alone: ["bu (?:metin|parça|bölüm|konuşma|mesaj)"],
    subjects: ["kullanıcı", "metin", "yazar"],
    verbs: ["……(?:soruyor|istiyor|anlatıyor|açıklıyor|tartışıyor|bahsediyor)"],
  },
];

/** Written without spaces, so that an opening is known by its signs alone. */
export const unspacedOpenings: readonly string[] = [
  "(?:这|該|该|此|這)(?:段|个|篇|條|条|個)?(?:文本|文字|文章|内容|內容|代码片段|代码块|片段|对话|對話|消息)",
  "(?:本|上述)(?:文本|段落|片段)",
  "(?:文本|文章|用户|用戶|作者)(?:描述|讨论|討論|介绍|介紹|询问|詢問|请求|請求|想要|要求|希望|提到|解释|解釋)",
  "(?:この|本|当該)(?:チャンク|テキスト|文章|会話|メッセージ|コード片|スニペット)",
  "(?:テキスト|ユーザー|著者)(?:は|が)[^。]{0,80}(?:説明し|述べ|尋ね|質問し|求め|依頼し|議論し|報告し)",
  "(?:이|본|해당) ?(?:텍스트|청크|글|대화|메시지|코드 조각)",
  "(?:텍스트|사용자)(?:는|은|가|이) [^.]{0,80}(?:설명|질문|요청|논의|묻)",
];
