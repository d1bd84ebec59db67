"""First names that the dictionary lacks or leaves in doubt, with their vocatives; data only.

What is here: diminutives, names of foreign origin common in Poland, and short forms. A vocative is given only where
Polish has one that nobody would find odd: names in -a take -o (Oksano), soft diminutives take -u (Olciu), -ek takes
-ku (Tymku), -uś takes -usiu, -io takes -iu. Names that Polish leaves uninflected (Nicole, Mati) have a sex and no
vocative.
"""

from __future__ import annotations

from bot.language.wordsets import pairs, words

# Women's names in -a with the regular vocative in -o.
FEMALE_IN_O = words(
    """
    Jaśmina Ulla Elza Eva Kamela Lola Mika Kika Sylwka Daga Zofija Tulka Adrianna Alona Alesja Angelina Antonia
    Annika Anastazja Arina Bożka Carla Clara Claudia Cristina Dalia Dana Danka Daryna Diana Dżesika Elena Elina
    Elwira Emma Emila Erika Ester Estera Ewelina Fatima Fatma Franka Frida Galina Halina Hałyna Hilda Ilda Inga
    Ingeborga Inka Inna Irina Iryna Svitlana Iwanna Izka Jana Jasmina Jelena Jessika Joana Julianna Julianka
    Julita Kamelia Kamilka Karola Kateryna Katarina Kristina Krystina Krycha Laila Larisa Latifa Leila Lejla
    Lenka Letycja Linda Lizka Lora Lucynka Luna Majka Malwa Małga Mariana Marina Marzanna Martina Melisa Melissa
    Mia Milenka Mirabella Monica Morgana Myrosława Myroslava Nadia Nadija Natka Nastazja Natalija Nelka Nika
    Nikola Nikolka Nora Octavia Oksana Olena Oleksandra Oliwka Oriana Ołena Patka Petra Polina Reńka Rosalia
    Salma Samanta Samira Selena Serafina Shakira Snieżana Sofija Solomija Swietlana Switłana Svetlana Światłana
    Tamara Taisa Tamila Tatiana Tetiana Tetyana Tina Tyśka Ulana Ursula Uliana Valentina Valeria Vanessa Vera
    Veronica Veronika Viktoria Violeta Violka Violetta Wanesa Wasylina Wierka Wiktorka Wilma Wira Wioletka Zlata
    Złata Zara Zojka Zoja Zorica Jarosława Jarka Jewa Jewgienia Julija Letizia Livia Lota Luiza Lukrecja Łada
    Olesia Ołeksandra Ołesia Raisa Rusłana Stefka Weronka Wita Zula Grażynka Agnieszka Alisa Bianca Dorothea
    Ilona Ivona Joanka Karla Klarysa Larysa Malena Margarita Małgorzatka Milana Mirela Nastka Olivia Pamela
    Penelopa Rozalinda
    """
)
# Women's names whose vocative is not in -o.
FEMALE = pairs(
    """
    Adusia:Adusiu Agnisia:Agnisiu Alicyjka:Alicyjko Anielcia:Anielciu Asieńka:Asieńko Basieńka:Basieńko
    Benia:Beniu Bogusieńka:Bogusieńko Cesia:Cesiu Darusia:Darusiu Elcia:Elciu Gabrynia:Gabryniu Hanulka:Hanulko
    Igusia:Igusiu Jania:Janiu Juleczka:Juleczko Karolcia:Karolciu Kasiunia:Kasiuniu Katia:Katiu Kinia:Kiniu
    Klaudusia:Klaudusiu Kunia:Kuniu Lenusia:Lenusiu Lila:Lilu Lilcia:Lilciu Lucysia:Lucysiu Łusia:Łusiu
    Majeczka:Majeczko Martynka:Martynko Nadzia:Nadziu Nastia:Nastiu Natusia:Natusiu Ninusia:Ninusiu
    Niusia:Niusiu Olcia:Olciu Olusia:Olusiu Patrycjka:Patrycjko Polcia:Polciu Sandrusia:Sandrusiu
    Sylwunia:Sylwuniu Tola:Tolu Wiola:Wiolu Zuziunia:Zuziuniu Żenia:Żeniu Tania:Taniu Ania:Aniu Gośka:Gośko
    Marysieńka:Marysieńko Violka:Violko Viola:Violu Monia:Moniu Dorcia:Dorciu Ewcia:Ewciu Ilonka:Ilonko
    Ewelinka:Ewelinko Kornelka:Kornelko Malwinka:Malwinko Werunia:Weruniu Wercia:Werciu Zosieńka:Zosieńko
    Krystynka:Krystynko Marcelinka:Marcelinko Blania:Blaniu Sarunia:Saruniu Lusia:Lusiu Dosia:Dosiu Tesia:Tesiu
    Gienia:Gieniu Stefa:Stefo Andżelika:Andżeliko Żaklina:Żaklino Lucja:Łucjo
    """
)
# Women's names that stay uninflected: the sex is certain, a vocative is not.
FEMALE_UNINFLECTED = words(
    """
    Lilly Marylin Anette Annette Rozi Nicole Mariia Katja Priya Alesia Dasza Bea Zoe Zoé Ines Inez Inés Alice
    Chloe Emily Sophie Charlotte Rose Grace Lily Mary Amy Lucy Agnes Caroline Isabel Isabelle Isabella Ruth
    Jennifer Dżenifer Elizabeth Elisabeth Michelle Nathalie Natalie Marie Annie Yasmin Jasmin Yuliia Anastasiia
    Sofiia Sofiya Darya Dariia Yana Yulia Yuliya Viktoriya Viktoriia Valeriia Mariya Nataliia Nataliya Kseniia
    Olha Anhelina Snizhana Katya Nastya Dasha Masha Sasha Galya Natasha Anfisa Volha Pati Nati Emi Wiki Domi
    Vivi Lili Lilli Mimi Kiki Ivy Lucy Sally Betty Nancy Wendy Stacy Tracy Jenny Penny Molly Polly Holly Zeynep
    Ayşe Aisha Khadija Huong Thuy Lan Phuong Hanako Sakura Yuki Mei Megan Karin Astrid Ingrid Sigrid Gudrun
    Ellen Helen Helene Irene Kathrin Katrin Kerstin Margot Manon Madeleine Jeanne Anne Claire Odette Yvonne
    Yvette Ivonne Danielle Gabrielle Rachelle Noelle Estelle Adele Joelle Beth Judith Meredith Hope Faith April
    June Scarlett Brooke Kate Jane Anne Sue Jill Joan Susan Sharon Vivien Vivienne Miley Hailey Kelly Shirley
    Ashley Evelyn Carolyn Madelyn Marilyn Marlen Marlene Charlene Darlene Arlene Nel Abigail Maribel Raquel
    """
)
# Men's names that the dictionary lacks, with the regular vocative.
MALE = pairs(
    """
    Adamek:Adamku Adrianek:Adrianku Alanek:Alanku Areczek:Areczku Ariel:Arielu Arturek:Arturku
    Bartłomiejek:Bartłomiejku Błażejek:Błażejku Borysek:Borysku Cyprianek:Cyprianku Damianek:Damianku
    Dareczek:Dareczku Denis:Denisie Dorian:Dorianie Fabianek:Fabianku Gabrielek:Gabrielku Grzechu:Grzechu
    Hubcio:Hubciu Jachu:Jachu Jeremek:Jeremku Jonek:Jonku Kamilek:Kamilku Kondzio:Kondziu Konradek:Konradku
    Krystianek:Krystianku Krzychu:Krzychu Ksawcio:Ksawciu Lechu:Lechu Lesiu:Lesiu Marcelek:Marcelku
    Martin:Martinie Miłoszek:Miłoszku Nikodemek:Nikodemku Noel:Noelu Olafek:Olafku Omar:Omarze Oskarek:Oskarku
    Patryczek:Patryczku Rafcio:Rafciu Remek:Remku Rusłan:Rusłanie Ruslan:Ruslanie Rychu:Rychu Seba:Sebo
    Sebek:Sebku Sewek:Sewku Stachu:Stachu Toluś:Tolusiu Tomaszek:Tomaszku Tymek:Tymku Tymuś:Tymusiu
    Tytusek:Tytusku Viktor:Viktorze Wiechu:Wiechu Wiktorek:Wiktorku Zbychu:Zbychu Zbysiu:Zbysiu Zdzichu:Zdzichu
    Zdzisiek:Zdziśku Artem:Artemie Nazar:Nazarze Krzysiu:Krzysiu Jasiu:Jasiu Stasiu:Stasiu Józiu:Józiu
    Rysiu:Rysiu Henryczek:Henryczku Szymuś:Szymusiu Wojtas:Wojtasie Kubuś:Kubusiu Bartuś:Bartusiu
    Filipek:Filipku Maksiu:Maksiu Misiu:Misiu Edziu:Edziu Kaziu:Kaziu Tadziu:Tadziu Gieniu:Gieniu Heniu:Heniu
    Czesiu:Czesiu Wiesiu:Wiesiu Zdzisiu:Zdzisiu Romuś:Romusiu Piotruś:Piotrusiu Radziu:Radziu Arturo:Arturo
    Marianek:Marianku Medard:Medardzie Anatoliusz:Anatoliuszu Gniewko:Gniewku Nathan:Nathanie Bastian:Bastianie
    Nathaniel:Nathanielu Orest:Oreście Kaspian:Kaspianie Sebuś:Sebusiu Ziemek:Ziemku Krystek:Krystku
    Pietrek:Pietrku Paskal:Paskalu Lubosz:Luboszu Rafik:Rafiku
    """
)
# Men's names that stay uninflected, or whose Polish vocative would be a guess.
MALE_UNINFLECTED = words(
    """
    Ian Zachary Rudi Waldi Tymi Olo Tadeo Mati Adi Rafi Hubi Norbi Łuki Kondi Krisu Bati Bodzio Daro Jaro Niko
    Felo Przemo Miko Xavier Oleksandr Ołeksandr Andrij Andrii Serhij Serhii Serhiy Sergiej Sergei Dmytro Dmitrij
    Dmitry Dmitri Wołodymyr Volodymyr Mykoła Mykola Ihor Yurii Yuriy Oleh Ołeh Vitalii Vitaliy Witalij Vasyl
    Andrei Andrey Aliaksandr Siarhei Dzmitry Mikhail Danylo Denys Pavlo Pawło Stepan Yaroslav Yevhen Jewhen
    Kyryło Kyrylo Kiryl Tymofij Maksim James Mike Mark Steve Chris Victor Dylan Justin Mario Mateo Matteo
    Giovanni Luca Luigi José Juan Javier François Jürgen Muhammad Mohammad Ahmad Hassan Hasan Mehmet Mustafa
    Yusuf Murat Amir Dariush Rahul Amit Minh Duc Tuan Hung Dung Hoang Kosmas Luis Noah Liam Lucas Ethan Logan
    Jayden Aiden Ryan Sean Eric Tim Zack Nick Rick Dick Will Phil Philip George Andrew Anthony Matthew Joshua
    Joseph Stephen Jeffrey Jeremy Timothy Gregory Jerry Terry Barry Gary Tony Johnny Tommy Bobby Billy Danny
    Jerome Pierre Jacques Luc Marc Antoine Guillaume Mathieu Thierry Laurent Philippe Jurgen Uwe Heinz Matthias
    Tobias Ludwig Stefano Paolo Pietro Alessandro Lorenzo Fernando Miguel Jorge Sergio Alejandro Enrique Ricardo
    Emre Burak Volkan Kemal Hakan
    """
)
# Borne by both sexes: the name decides nothing. A vocative only where it is the same for both.
UNISEX = {"Nikita": "Nikito", "Sasza": "Saszo", "Żenia": "Żeniu"}
UNISEX_UNINFLECTED = words(
    "Alex Alexis Andrea Andy Angel Bobbie Casey Charlie Dominique Gabriele Jamie Jean Jess Kai Kim Kris Lee Lou Maxi"
    " Michele Simone Nicola Noa Pat Quinn Robin Sammy Sam Sacha Sascha Sky Taylor Toni Van Thu Linh Long Nguyen"
    " Kelly Ashley Nat"
)
# Two vocatives stand in the dictionary; this is the one people say.
PREFERRED_VOCATIVES = pairs("Maja:Maju Kaja:Kaju Gaja:Gaju Zula:Zulo Wawrzyniec:Wawrzyńcze Angela:Angelo")
# Marked as gods in the dictionary, and given to children all the same.
MYTHICAL_BUT_USED = words("Flora Gaja Gaia")
# Marked as first names in the dictionary, and not what a customer is called.
NOT_CUSTOMERS = words("Jezus Allah Budda Inka Spartakus Apollo")
TITLES = words(
    "dr hab mgr inż inz prof ks lek med mec adw płk mjr kpt por sierż ppłk pan pani p mr mrs ms miss sir madame o s br"
)
CONJUNCTIONS = words("i oraz and & + / und et y")

_WITH_DIACRITICS = """
    Swietłana Tyśka Łusia Bartłomiej Wojsław Sławoj Borysław Ambroży Witosław Maruś Rafałek Bartłomiejek Ludwiś
    Walduś Wituś Małgorzata Elżbieta Grażyna Bożena Stanisława Wiesława Mirosława Zdzisława Czesława Władysława
    Bogusława Bronisława Jarosława Sława Sławomira Wacława Bogumiła Ludmiła Dobromiła Róża Łucja Żaneta Żaklina
    Andżelika Józefa Józefina Małgosia Zośka Maryśka Joaśka Gabryśka Gośka Bożenka Grażynka Baśka Aśka Kaśka
    Kryśka Wieśka Tośka Luśka Rózia Józia Władzia Oleńka Mańka Reńka Basieńka Kasieńka Asieńka Marysieńka
    Danuśka Jadźka Stanisław Łukasz Paweł Michał Rafał Józef Jarosław Mirosław Sławomir Wiesław Przemysław
    Zdzisław Czesław Mieczysław Władysław Bogusław Radosław Bolesław Wacław Błażej Miłosz Mikołaj Jędrzej
    Włodzimierz Bronisław Wieńczysław Mścisław Świętosław Sobiesław Lesław Bogumił Gaweł Zdzisiek Krzyś Jaś
    Jędrek Pawełek Michałek Michaś Staś Kubuś Adaś Łukaszek Grześ Maciuś Sławek Jacuś Józek Józio Ziutek Władek
    Władzio Włodek Boguś Oluś Franuś Miłoszek Mikołajek Leoś Błażejek Gabryś Nikoś Ignaś Tomuś Wojtuś Piotruś
    Bartuś Szymuś Tymuś Antoś Żanna Światosław Jarogniew Szczęsny Łazarz Wisława Sławuś Wojciechowa Bożydar
    Tomisław Wielisław Łada Mieciu Zbyś Dobrosława Dobrosław Bożka Iguś Toluś Oleńka Elżunia Małga Agnieszka
    Natasza Żenia Światłana Switłana Hałyna Miłosława Ludomiła Radosława Przemysława
    """


def _without_diacritics(name: str) -> str:
    return name.translate(PLAIN)


PLAIN = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
RESTORED = {_without_diacritics(name): name for name in _WITH_DIACRITICS.split() if _without_diacritics(name) != name}
"""
    Names as typed without diacritics, and as they are written.
    """
