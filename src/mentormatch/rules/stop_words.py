"""Words that say nothing of a person, for several languages; one that means something in another is left out there.

The lists are short on purpose: a word that most people use counts little in a cohort anyway.
"""

from __future__ import annotations

ENGLISH = """
a about after again all also am an and any are as at be because been before being between both but by can could did do
does doing don down during each few for from further had has have having he her here hers him his how i if in into is
it its itself just let like me more most much my myself no nor not now of off on once only or other our ours out over
own same she should so some such than that the their theirs them then there these they this those through to too under
until up upon us very was we well were what when where which while who whom why will with within without would you
your yours able become get getting going good help helping looking make many need new really thing things want wanting
way yes
"""
GERMAN = """
aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist da damit dann das
dass daß dein deine dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du durch ein
eine einem einen einer eines er es etwas euch euer eure für gegen hab habe haben hat hatte hatten hier ich ihm ihn
ihnen ihr ihre ihrem ihren ihrer im immer in ins ist jede jedem jeden jeder jedes jetzt kann kein keine können könnte
machen man mehr mein meine meinem meinen meiner mich mir mit möchte muss nach nicht nichts noch nun nur ob oder ohne
schon sehr sein seine seinen seiner seit sich sie sind so soll sollte über um und uns unser unsere unter viel vom von
vor während wann warum was weil welche wenn wer werde werden wie wieder will wir wird wo würde zu zum zur zwischen
"""
FRENCH = """
ainsi alors après au aucun aussi autre autres aux avant avec avoir avons bien ça ce cela celle celles celui ces cet
cette ceux chaque chez comme comment dans de depuis des deux donc du elle elles en encore entre est et être eu eux
fait faire fois ici il ils je jusque la là le les leur leurs lui ma mais me même mes mieux moi moins mon ne ni nos
notre nous on ont ou où par parce pas peu peut plus pour pourquoi quand que quel quelle quelles quels qui quoi sa sans
se sera ses si sommes son sont sous souvent suis sur ta te tes toi ton toujours tous tout toute toutes très trop tu un
une vers voir vos votre vous vraiment
"""
SPANISH = """
al algo algunas algunos ante antes así aunque bien cada como cómo con contra cual cuando cuál de del desde donde dos
el él ella ellas ellos en entre era eres es esa ese eso esta está están estar este esto estos estoy fue ha hace hacer
hacia han hasta hay he la las le les lo los más me mi mí mis mucho muy nada ni no nos nosotros nuestra nuestro o os
otra otras otro otros para pero poco por porque puede que qué quien quién quiero se sea según ser sido si sí siempre
sin sobre son soy su sus también tan tanto te tener tengo tiene toda todas todo todos tu tus un una uno unos usted y
ya yo
"""
ITALIAN = """
ad al alla alle all allo altra altre altri altro anche ancora avere che chi ci cioè come con cosa così cui da dagli
dai dal dalla dalle dall degli dei del della delle dell dello di dopo dove due e ed è era essere fa fare fra gli ha
hai hanno ho i il in io la le lei li lo loro lui ma mi mia mie miei mio molto ne negli nei nel nella nelle nell noi
non nostra nostro o ogni oltre per perché più poi prima può qualche quale quando quanto quella quelle quelli quello
questa queste questi questo qui se sei sempre senza si sia siamo sono stata stato su sua sue sugli sui sul sulla sull
suo suoi te tra tu tua tuo tutta tutte tutti tutto un una uno vi voi vorrei
"""
DUTCH = """
aan al alles als altijd andere bij daar dan dat de deze die dit doen door dus een eens en er ge geen geweest haar had
heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je jij jullie kan kon kunnen maar meer men met mij
mijn moet na naar niet niets nog nu of om omdat onder ons onze ook op over te tegen toch toen tot u uit uw van veel
voor want waren was wat we wel werd wezen wie wij wil willen worden wordt zal ze zelf zich zij zijn zo zonder zou
"""
PORTUGUESE = """
ao aos aquela aquele aquilo as até cada com como da das de dela dele deles depois do dos e é ela elas ele eles em
entre era essa esse esta está estão estar este estou eu faz fazer foi foram há isso isto já lhe mais mas me mesmo meu
meus minha minhas muito na não nas nem no nos nossa nosso num numa o os ou para pela pelo pelos por porque qual quando
que quem quero são se seja sem ser seu seus só sobre sou sua suas também te tem tenho ter todo todos tu tua um uma vai
você vocês
"""
LANGUAGES = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, DUTCH, PORTUGUESE)
